// Which transports a destination is reached over, and under which names their servers stand (RFC 3263, 4.1).

extension LocatingWalk {
  /// A transport, and the name under which its servers stand.
  struct Way {
    let transport: Transport
    let name: String

    init(_ transport: Transport, name: String) {
      self.transport = transport
      self.name = name
    }

    init(_ transport: Transport, under domain: String) {
      self.init(transport, name: "\(transport.serviceLabels).\(domain)")
    }
  }

  struct NoWay: Error {
    let reason: LocatingFailure
  }

  /// The services to ask for, from the NAPTR records or without them; empty while they are not known.
  mutating func ways(of domain: String) -> Result<[Way], NoWay> {
    let query = DNSQuery(domain, .naptr)
    switch answer(to: query) {
    case nil: return .success([])
    case .failed(let failure):
      // Not the same as "there is none", and yet many small name servers fail for this type alone.
      warnings.append(.passedOver(query, failure))
    case .noRecords, .noSuchName: noteSecurity(of: domain)
    case .found(let answer):
      let rules = answer.rules.filter { $0.meaning != .other }
        .sorted { ($0.order, $0.preference) < ($1.order, $1.preference) }
      offersSecure = rules.contains { $0.meaning.isSecure }
      noteSecurity(of: domain)
      let allowed = rules.filter { !destination.isSecure || $0.meaning.isSecure }
      let ways = allowed.compactMap(way).prefix(LocatingWalk.ruleLimit)
      if !ways.isEmpty { return .success(Array(ways)) }
      guard allowed.isEmpty else {
        let offered = allowed.compactMap(\.meaning.transportName)
        return .failure(
          NoWay(reason: .noCommonTransport(domain: domain, offered: LocatingWalk.unique(offered)))
        )
      }
    }
    // One query for each transport that is spoken here; SIPS has one service only (RFC 3263, 4.1).
    let candidates: [Transport] =
      destination.isSecure ? [.tls] : supported.filter { $0 == .udp || $0 == .tcp }
    let spoken = candidates.filter(supported.contains)
    guard !spoken.isEmpty else {
      let offered = [usualTransport.viaName]
      return .failure(NoWay(reason: .noCommonTransport(domain: domain, offered: offered)))
    }
    return .success(spoken.map { Way($0, under: domain) })
  }

  private static let ruleLimit = 16

  private static func unique(_ names: [String]) -> [String] {
    var seen: Set<String> = []
    return names.filter { seen.insert($0).inserted }
  }

  private func way(_ rule: NAPTRRecord) -> Way? {
    guard case .over(let transport) = rule.meaning, supported.contains(transport), !rule.replacement.isEmpty
    else { return nil }
    return Way(transport, name: rule.replacement)
  }

  private mutating func noteSecurity(of domain: String) {
    if !offersSecure, securedDomains.contains(domain) { warnings.append(.secureServiceGone(domain)) }
  }
}
