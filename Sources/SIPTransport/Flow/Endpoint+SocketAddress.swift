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
  package init(_ endpoint: Endpoint) throws {
    let text =
      switch endpoint.address {
      case .name(let name): name
      case .ipv4(let address): address.description
      case .ipv6(let address): address.description
      }
    try self.init(ipAddress: text, port: Int(endpoint.port))
  }
}

extension Host {
  var isIPv6: Bool {
    if case .ipv6 = self { return true }
    return false
  }
}
