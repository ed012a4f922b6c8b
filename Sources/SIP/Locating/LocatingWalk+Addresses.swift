// Which addresses a host has (RFC 7984, 3.1).

extension LocatingWalk {
  enum Addresses {
    case unknown
    case some([Host], isAlias: Bool)
    case none(LocatingFailure)
  }

  mutating func addresses(of name: String) -> Addresses {
    if LocatingWalk.isThisMachine(name) { return thisMachine(name) }
    var found: [Host] = []
    var isAlias = false
    var failure: LocatingFailure?
    var isMissing = false
    var exists = false
    for query in addressQueries(of: name) {
      switch answer(to: query) {
      case nil: isMissing = true
      case .found(let answer):
        found += answer.addresses
        isAlias = isAlias || answer.isAlias
        if answer.isFromHostsFile { hostsFileAddresses.formUnion(answer.addresses) }
      case .noRecords: exists = true
      case .noSuchName: break
      case .failed(let reason): failure = failure ?? .noAnswer(query, reason)
      }
    }
    if isMissing { return .unknown }
    if !found.isEmpty { return .some(AddressOrder.sorted(found), isAlias: isAlias) }
    return .none(failure ?? (exists ? .noAddress(name) : .noSuchName(name)))
  }

  private func addressQueries(of name: String) -> [DNSQuery] {
    var queries: [DNSQuery] = []
    if destination.families.contains(.ipv4) { queries.append(DNSQuery(name, .a)) }
    if destination.families.contains(.ipv6) { queries.append(DNSQuery(name, .aaaa)) }
    return queries
  }

  private func thisMachine(_ name: String) -> Addresses {
    var found: [Host] = []
    if destination.families.contains(.ipv4) { found.append(.ipv4(IPv4Address(value: 0x7f00_0001))) }
    if destination.families.contains(.ipv6) { found.append(.ipv6(IPv6Address(high: 0, low: 1))) }
    return found.isEmpty ? .none(.noAddress(name)) : .some(AddressOrder.sorted(found), isAlias: false)
  }

  /// RFC 6761, 6.3: a name that no name server is ever asked for.
  static func isThisMachine(_ name: String) -> Bool {
    let name = DNSQuery(name, .a).name
    return name == "localhost" || name.hasSuffix(".localhost")
  }
}
