/// RFC 3263, 4 as a function of the answers so far: the servers, or the queries that are still to be asked.
///
///     literal ───────────────────────────────────────────▶ target      (4.1, 4.2: nothing is asked)
///     port ──────────────────────────────▶ A, AAAA ──────▶ targets     (4.2: neither NAPTR nor SRV)
///     transport ───────────────▶ SRV ────▶ A, AAAA ──────▶ targets     (4.1: no NAPTR)
///     neither ──▶ NAPTR ───────▶ SRV ────▶ A, AAAA ──────▶ targets
///                   └ none ────▶ SRV of each transport    (4.1)
///                                 └ none ▶ A, AAAA of the domain itself (4.2)
///
/// Each walk starts anew from the first step: it is short, and so it needs no state of its own.
struct LocatingWalk {
  enum Outcome {
    case located(Location)
    case failed(LocatingFailure)
    /// Ask these, which do not depend on each other, and walk again.
    case ask([DNSQuery])
  }

  let destination: Destination
  /// The transports that are spoken here, the one to prefer first.
  let supported: [Transport]
  /// Domains that offered SIP over TLS before.
  let securedDomains: Set<String>
  let answers: [DNSQuery: AnswerCache.Entry]

  var missing: [DNSQuery] = []
  var warnings: [LocatingWarning] = []
  var earliestEnd: Instant?
  /// The domain's NAPTR records have a SIPS service now.
  private(set) var offersSecure = false

  init(
    _ destination: Destination,
    supported: [Transport],
    securedDomains: Set<String>,
    answers: [DNSQuery: AnswerCache.Entry]
  ) {
    self.destination = destination
    self.supported = supported
    self.securedDomains = securedDomains
    self.answers = answers
  }

  /// The URI's own transport where nothing names another (RFC 3263, 4.1).
  private var usualTransport: Transport { destination.transport ?? (destination.isSecure ? .tls : .udp) }

  mutating func run() -> Outcome {
    if let port = destination.port { return addressed(port: port) }
    guard case .name(let name) = destination.host, !LocatingWalk.isThisMachine(name) else {
      return addressed(port: usualTransport.defaultPort)
    }
    let domain = DNSQuery(name, .srv).name
    if let transport = destination.transport {
      guard supported.contains(transport) else { return unsupported(transport, domain) }
      return served(by: [Way(transport, under: domain)], domain: domain)
    }
    switch ways(of: domain) {
    case .success(let ways): return ways.isEmpty ? .ask(missing) : served(by: ways, domain: domain)
    case .failure(let failure): return .failed(failure.reason)
    }
  }

  /// RFC 6761, 6.3: a name that no name server is ever asked for.
  static func isThisMachine(_ name: String) -> Bool {
    let name = DNSQuery(name, .a).name
    return name == "localhost" || name.hasSuffix(".localhost")
  }

  /// The destination's own addresses with a port.
  private mutating func addressed(port: UInt16) -> Outcome {
    let transport = usualTransport
    guard supported.contains(transport) else {
      return unsupported(transport, destination.host.description)
    }
    guard case .name(let name) = destination.host else {
      let server = Target.Server(Endpoint(address: destination.host, port: port), transport)
      return located([Target(server, domain: destination.domain, origin: .literal)])
    }
    switch addresses(of: name) {
    case .unknown: return .ask(missing)
    case .none(let failure): return .failed(failure)
    case .some(let list, _):
      return located(
        list.map {
          let server = Target.Server(Endpoint(address: $0, port: port), transport)
          return Target(server, domain: destination.domain, origin: .address(of: name))
        }
      )
    }
  }

  private func unsupported(_ transport: Transport, _ domain: String) -> Outcome {
    .failed(.noCommonTransport(domain: domain, offered: [transport.viaName]))
  }

  private func located(_ targets: [Target]) -> Outcome {
    var told: Set<LocatingWarning> = []
    return .located(
      Location(
        targets: Array(targets.prefix(Location.limit)),
        expiresAt: earliestEnd ?? Instant(nanoseconds: .max),
        warnings: warnings.filter { told.insert($0).inserted }
      )
    )
  }
}

// MARK: - Which transports

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

  private struct NoWay: Error {
    let reason: LocatingFailure
  }

  /// The services to ask for, from the NAPTR records or without them; empty while they are not known.
  private mutating func ways(of domain: String) -> Result<[Way], NoWay> {
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

// MARK: - Which servers

extension LocatingWalk {
  /// A service record with the way it was found on.
  private struct Service {
    let way: Way
    let record: SRVRecord
    let rank: Int
  }

  /// The servers of all ways, one way after another; where there are none, the domain's own addresses
  /// (RFC 3263, 4.2).
  private mutating func served(by ways: [Way], domain: String) -> Outcome {
    var services: [Service] = []
    var refused: [Transport] = []
    var unknown: LocatingFailure?
    var isServerless = true
    for (position, way) in ways.enumerated() {
      let query = DNSQuery(way.name, .srv)
      switch answer(to: query) {
      case nil, .noRecords, .noSuchName: continue
      case .failed(let failure):
        unknown = unknown ?? .noAnswer(query, failure)
        if failure != .unreachable { isServerless = false }
        warnings.append(.passedOver(query, failure))
      case .found(let answer):
        let offered = answer.services.filter { !$0.target.isEmpty && $0.port > 0 }
        if offered.isEmpty { refused.append(way.transport) }
        services += offered.map { Service(way: way, record: $0, rank: position << 16 | Int($0.priority)) }
      }
    }
    guard missing.isEmpty else { return .ask(missing) }
    guard services.isEmpty else { return resolved(services.sorted { $0.rank < $1.rank }) }
    let transport = destination.transport ?? ways.first?.transport ?? usualTransport
    let usual = refused.isEmpty ? transport : refused[0]
    guard refused.isEmpty else { return .failed(.notOffered(domain: domain, usual)) }
    // Without any name server the hosts file may still know the name; a silent or failing one means that there
    // may be servers elsewhere, and the domain's own address is the wrong place to send a REGISTER to.
    if let unknown, !isServerless { return .failed(unknown) }
    return addressed(domain, transport)
  }

  private mutating func addressed(_ domain: String, _ transport: Transport) -> Outcome {
    switch addresses(of: domain) {
    case .unknown: return .ask(missing)
    case .none(let failure): return .failed(failure)
    case .some(let list, _):
      return located(
        list.map {
          let server = Target.Server(Endpoint(address: $0, port: transport.defaultPort), transport)
          return Target(server, domain: destination.domain, origin: .address(of: domain))
        }
      )
    }
  }

  /// Every address of every service; an aliased target after all others, one without address not at all.
  private mutating func resolved(_ services: [Service]) -> Outcome {
    var targets: [Target] = []
    var aliased: [Target] = []
    var failure: LocatingFailure?
    for (number, service) in services.prefix(Location.limit).enumerated() {
      switch addresses(of: service.record.target) {
      case .unknown: continue
      case .none(let reason):
        failure = failure ?? reason
        warnings.append(.unresolvedTarget(service.record.target))
      case .some(let list, let isAlias):
        if isAlias { warnings.append(.aliasedTarget(service.record.target)) }
        let found = list.map { target(service, at: $0, number: number, isLast: isAlias) }
        if isAlias { aliased += found } else { targets += found }
      }
    }
    guard missing.isEmpty else { return .ask(missing) }
    if let failure, targets.isEmpty, aliased.isEmpty { return .failed(failure) }
    return located(targets + aliased)
  }

  private func target(_ service: Service, at address: Host, number: Int, isLast: Bool) -> Target {
    let endpoint = Endpoint(address: address, port: service.record.port)
    return Target(
      Target.Server(endpoint, service.way.transport),
      domain: destination.domain,
      origin: .service(name: service.way.name, service.record),
      rank: isLast ? service.rank + 1 << 32 : service.rank,
      record: number
    )
  }
}

// MARK: - Which addresses

extension LocatingWalk {
  private enum Addresses {
    case unknown
    case some([Host], isAlias: Bool)
    case none(LocatingFailure)
  }

  private mutating func addresses(of name: String) -> Addresses {
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

  /// Nil for an answer that is not there yet: then the query is among the missing ones.
  private mutating func answer(to query: DNSQuery) -> DNSResult? {
    guard let entry = answers[query] else {
      if !missing.contains(query) { missing.append(query) }
      return nil
    }
    earliestEnd = min(earliestEnd ?? entry.expiresAt, entry.expiresAt)
    if let failure = entry.standsInFor { warnings.append(.stale(query, failure)) }
    return entry.result
  }
}
