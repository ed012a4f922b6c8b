/// Why a server that records or a redirect name is not used.
package struct ServerRefusal: Hashable, Sendable {
  package enum Reason: Hashable, Sendable {
    case address(Host, AddressKind)
    case port(UInt16)
  }

  /// An address at which no registrar of a public name is: whoever puts it there wants us to talk to ourselves,
  /// to our neighbours, or to all of them.
  package enum AddressKind: String, Hashable, Sendable {
    case loopback, multicast, broadcast, unspecified
    case linkLocal = "link-local"
  }

  /// The name that is declared.
  package var name: String
  package var reason: Reason

  package init(name: String, reason: Reason) {
    self.name = name
    self.reason = reason
  }
}

extension ServerRefusal: CustomStringConvertible {
  package var description: String {
    switch reason {
    case .address(let address, let kind):
      let article = kind == .unspecified ? "an" : "a"
      return
        "\(name) leads to \(address), \(article) \(kind.rawValue) address, where no server of a public name is: "
        + "check its DNS records; `engine: { localAddresses: allow }` allows it"
    case .port(let port):
      return
        "\(name) leads to port \(port), which is no SIP port: of the ports below 1024, 80 and 443 are used; "
        + "check its DNS records, or declare the port in the registrar's URI; "
        + "`engine: { localAddresses: allow }` allows it"
    }
  }
}
