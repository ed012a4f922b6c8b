/// The host part of a SIP URI or of a Via sent-by (RFC 3261, 25.1).
///
/// A name is kept as written; names compare without regard to case, and addresses compare as addresses
/// (RFC 5954, 4.2), so `[2001:DB8::1]` equals `[2001:db8:0:0:0:0:0:1]`. A name never equals an address.
public enum Host: Sendable {
  case name(String)
  case ipv4(IPv4Address)
  case ipv6(IPv6Address)
}

extension Host {
  /// Parses a host as it stands in a URI: a name, four decimal octets, or an IPv6 address in brackets.
  ///
  /// Returns nil for anything else: an escape, an empty label, an address with a zone.
  public init?(_ text: some StringProtocol) {
    let host = Array(text.utf8).withUnsafeBytes { Host($0) }
    guard let host else { return nil }
    self = host
  }

  /// Parses a host from the wire.
  package init?(_ text: UnsafeRawBufferPointer) {
    switch SIPURIView.HostView(text) {
    case .name: self = .name(text.text)
    case .ipv4(let address): self = .ipv4(address)
    case .ipv6(let address): self = .ipv6(address)
    case nil: return nil
    }
  }

  /// True for an address that reaches only this machine, or a name that means it.
  public var isLoopback: Bool {
    switch self {
    case .name(let name): name.lowercased() == "localhost"
    case .ipv4(let address): address.isLoopback
    case .ipv6(let address): address.isLoopback
    }
  }

  /// True for `0.0.0.0` and `::`, which say "any address" and can never be reached.
  public var isUnspecified: Bool {
    switch self {
    case .name: false
    case .ipv4(let address): address.value == 0
    case .ipv6(let address): address.isUnspecified
    }
  }
}

extension Host: Hashable {
  public static func == (lhs: Host, rhs: Host) -> Bool {
    switch (lhs, rhs) {
    case (.name(let a), .name(let b)): a.lowercased() == b.lowercased()
    case (.ipv4(let a), .ipv4(let b)): a == b
    case (.ipv6(let a), .ipv6(let b)): a == b
    case (.name, _), (.ipv4, _), (.ipv6, _): false
    }
  }

  public func hash(into hasher: inout Hasher) {
    switch self {
    case .name(let name): hasher.combine(name.lowercased())
    case .ipv4(let address): hasher.combine(address)
    case .ipv6(let address): hasher.combine(address)
    }
  }
}

extension Host: CustomStringConvertible {
  /// The form for a URI: an IPv6 address stands in brackets.
  public var description: String {
    switch self {
    case .name(let name): name
    case .ipv4(let address): address.description
    case .ipv6(let address): "[\(address)]"
    }
  }
}
