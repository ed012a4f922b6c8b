import SIP

/// Where a server saw our request come from (RFC 3581, 4), as the top Via of its answer says.
///
/// It is shown; only where the settings ask for it, and a 2xx lists our binding, do contacts go by it
/// (`ContactMapping`), for an answer that nobody proved must not lead anything elsewhere.
struct PublicAddress: Equatable {
  let endpoint: Endpoint
  /// As events show it.
  let text: String

  /// The address that an answer tells; nil where it tells none, or one that nobody can have.
  static func told(by via: ViaView) -> Endpoint? {
    let port: UInt16
    switch via.rport {
    case .port(let number): port = number
    case .absent, .requested:
      guard via.received != nil, let number = via.sentByPort ?? via.transport?.defaultPort else { return nil }
      port = number
    }
    guard let host = address(via.received ?? via.sentByHost), host.isUnicast else { return nil }
    return Endpoint(address: host, port: port)
  }

  init(_ endpoint: Endpoint) {
    self.endpoint = endpoint
    text = endpoint.description
  }

  /// An address with or without brackets (RFC 5118, 4.5); never a name.
  private static func address(_ text: UnsafeRawBufferPointer) -> Host? {
    if let address = IPv6Address(text) { return .ipv6(address) }
    switch Host(text) {
    case .ipv4(let address): return .ipv4(address)
    case .ipv6(let address): return .ipv6(address)
    case .name, nil: return nil
    }
  }
}

extension Host {
  fileprivate var isUnicast: Bool {
    switch self {
    case .name: false
    case .ipv4(let address): address.isUnicast
    case .ipv6(let address): !address.isUnspecified && address.high >> 56 != 0xff
    }
  }
}
