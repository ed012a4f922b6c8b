/// An IP address and a port: where a datagram goes, or comes from.
public struct Endpoint: Hashable, Sendable {
  /// Never a name.
  public var address: Host
  public var port: UInt16

  public init(address: Host, port: UInt16) {
    self.address = address
    self.port = port
  }
}

extension Endpoint: CustomStringConvertible {
  /// As in a Via's sent-by: `192.0.2.1:5060`, `[2001:db8::1]:5060`.
  public var description: String { "\(address):\(port)" }
}
