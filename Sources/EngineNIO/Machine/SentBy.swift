import SIP

/// Our own name in a Via.
struct SentBy {
  let host: Host
  /// The host's bytes, as they are compared most often.
  private let bytes: [UInt8]
  let port: UInt16?

  init(_ host: Host, _ port: UInt16?) {
    self.host = host
    self.port = port
    bytes = Array(host.description.utf8)
  }

  var text: String { port.map { "\(host):\($0)" } ?? "\(host)" }

  func isNamed(by via: ViaView, over transport: Transport) -> Bool {
    guard (via.sentByPort ?? transport.defaultPort) == (port ?? transport.defaultPort) else { return false }
    return via.sentByHost.isEqual(to: bytes) || Host(via.sentByHost.text) == host
  }
}
