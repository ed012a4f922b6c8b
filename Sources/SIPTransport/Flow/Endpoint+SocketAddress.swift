package import NIOCore
import NIOPosix
package import SIP

extension Endpoint {
  /// Nil for an address that is not of the Internet.
  package init?(_ address: SocketAddress) {
    guard let port = address.port, let text = address.ipAddress else { return nil }
    let plain = text.prefix { $0 != "%" }
    if let address = IPv4Address(plain) {
      self.init(address: .ipv4(address), port: UInt16(port))
    } else if let address = IPv6Address(plain) {
      self.init(address: .ipv6(address), port: UInt16(port))
    } else {
      return nil
    }
  }
}

extension SocketAddress {
  /// Throws for a name: only an address can be written to.
  package init(_ endpoint: Endpoint) throws {
    let port = Int(endpoint.port)
    switch endpoint.address {
    case .name(let name): try self.init(ipAddress: name, port: port)
    case .ipv4(let address): try self.init(packedIPAddress: ByteBuffer(integer: address.value), port: port)
    case .ipv6(let address):
      var bytes = ByteBuffer(integer: address.high)
      bytes.writeInteger(address.low)
      try self.init(packedIPAddress: bytes, port: port)
    }
  }
}

extension Host {
  var isIPv6: Bool {
    if case .ipv6 = self { return true }
    return false
  }
}
