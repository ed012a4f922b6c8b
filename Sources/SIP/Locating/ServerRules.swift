/// Where the records of a name, or a redirect, may lead: a guard against DNS rebinding and forged records.
///
/// What is declared itself, an address or a port, or stands in this machine's hosts file is never refused, and
/// neither is anything of a local name. Private
/// addresses are not refused: carriers answer with them inside their own networks.
package struct ServerRules: Hashable, Sendable {
  package var localAddresses: LocalAddresses

  package init(localAddresses: LocalAddresses = .refuse) { self.localAddresses = localAddresses }

  /// Why a server that was found for a declared host is not used; nil for one that may be.
  ///
  /// - Parameter isPortDeclared: the port does not come from a record or a redirect.
  package func refusal(of endpoint: Endpoint, for declared: Host, isPortDeclared: Bool) -> ServerRefusal? {
    guard localAddresses == .refuse, case .name(let name) = declared, !ServerRules.isLocal(name) else {
      return nil
    }
    if let kind = ServerRules.kind(of: endpoint.address) {
      return ServerRefusal(name: name, reason: .address(endpoint.address, kind))
    }
    if !isPortDeclared, !ServerRules.isUsual(endpoint.port) {
      return ServerRefusal(name: name, reason: .port(endpoint.port))
    }
    return nil
  }

  /// Whether a redirect from a registrar may name this port.
  package func allows(port: UInt16?, of declared: Host) -> Bool {
    guard let port, localAddresses == .refuse, case .name(let name) = declared, !ServerRules.isLocal(name)
    else { return true }
    return ServerRules.isUsual(port)
  }

  /// SIP's own ports are above 1023; WebSocket has those of HTTP and HTTPS.
  private static func isUsual(_ port: UInt16) -> Bool { port > 1023 || port == 80 || port == 443 }

  // RFC 6761, RFC 6762, RFC 8375 and RFC 9476, with those that home routers and offices use.
  private static let localDomains: Set<String> = [
    "localhost", "test", "local", "internal", "lan", "home", "corp", "intranet", "private", "localdomain",
    "alt",
  ]

  /// A name without a dot, or below a domain that the public DNS does not have.
  package static func isLocal(_ name: String) -> Bool {
    let labels = DNSQuery(name, .a).name.split(separator: ".")
    guard labels.count > 1, let last = labels.last else { return true }
    return localDomains.contains(String(last)) || labels.suffix(2) == ["home", "arpa"]
  }

  private static func kind(of address: Host) -> ServerRefusal.AddressKind? {
    switch address {
    case .name: nil
    case .ipv4(let address): kind(of: address)
    case .ipv6(let address): kind(of: address)
    }
  }

  private static func kind(of address: IPv4Address) -> ServerRefusal.AddressKind? {
    if address.isLoopback { return .loopback }
    if address.value >> 24 == 0 { return .unspecified }
    if address.value >> 16 == 0xa9fe { return .linkLocal }
    if address.value == 0xffff_ffff { return .broadcast }
    return address.value >> 28 == 0xe ? .multicast : nil
  }

  private static func kind(of address: IPv6Address) -> ServerRefusal.AddressKind? {
    if address.isUnspecified { return .unspecified }
    if address.isLoopback { return .loopback }
    if address.high >> 54 == 0x3fa { return .linkLocal }
    if address.high >> 56 == 0xff { return .multicast }
    // An IPv4 address in IPv6's clothes: mapped (RFC 4291, 2.5.5.2), compatible (2.5.5.1), or translated (RFC 6052).
    let isMapped = address.high == 0 && (address.low >> 32 == 0xffff || address.low >> 32 == 0)
    let isTranslated = address.high == 0x0064_ff9b_0000_0000 && address.low >> 32 == 0
    return isMapped || isTranslated
      ? kind(of: IPv4Address(value: UInt32(truncatingIfNeeded: address.low))) : nil
  }
}
