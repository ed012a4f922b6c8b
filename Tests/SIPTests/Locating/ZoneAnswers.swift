@testable import SIP

/// A locator with name servers that are a table: it answers each query at once, and keeps a log.
struct ZoneAnswers {
  static let start = Instant(nanoseconds: 1_000_000_000_000)

  var locator: ServerLocator
  /// What is not here does not exist.
  var results: [DNSQuery: DNSResult] = [:]
  private(set) var queries: [String] = []

  init(supported: [Transport] = [.udp, .tcp, .tls]) {
    // The rules have tests of their own; here ports tell records apart.
    locator = ServerLocator(supported: supported, rules: ServerRules(localAddresses: .allow))
  }

  mutating func srv(
    _ name: String,
    _ records: [(priority: UInt16, weight: UInt16, port: UInt16, target: String)],
    lifetime: UInt32 = 300
  ) {
    let list = records.map {
      DNSRecord(
        name: name,
        lifetime: lifetime,
        value: .srv(SRVRecord(priority: $0.priority, weight: $0.weight, port: $0.port, target: $0.target))
      )
    }
    results[DNSQuery(name, .srv)] = .found(DNSAnswer(records: list, lifetime: lifetime))
  }

  mutating func naptr(
    _ name: String,
    _ records: [(order: UInt16, preference: UInt16, flags: String, service: String, replacement: String)]
  ) {
    let list = records.map {
      DNSRecord(
        name: name,
        lifetime: 300,
        value: .naptr(
          NAPTRRecord(
            order: $0.order,
            preference: $0.preference,
            flags: $0.flags,
            service: $0.service,
            replacement: $0.replacement
          )
        )
      )
    }
    results[DNSQuery(name, .naptr)] = .found(DNSAnswer(records: list, lifetime: 300))
  }

  /// Addresses of both families: a name has those that are given, and no others.
  mutating func host(
    _ name: String,
    _ addresses: [String],
    isAlias: Bool = false,
    lifetime: UInt32 = 300,
    isFromHostsFile: Bool = false
  ) {
    let hosts = addresses.compactMap { Host($0) }
    for type in [DNSQuery.RecordType.a, .aaaa] {
      let records = hosts.map { DNSRecord(name: name, lifetime: lifetime, value: .address($0)) }
        .filter { $0.type == type }
      results[DNSQuery(name, type)] =
        records.isEmpty
        ? .noRecords(lifetime: 300)
        : .found(
          DNSAnswer(records: records, lifetime: lifetime, isAlias: isAlias, isFromHostsFile: isFromHostsFile)
        )
    }
  }

  /// Runs one look-up to its end.
  mutating func locate(
    _ destination: Destination,
    anew: Bool = false,
    after elapsed: Duration = .zero
  ) -> ServerLocator.Action? {
    let now = ZoneAnswers.start + elapsed
    var actions: [ServerLocator.Action] = []
    locator.locate(destination, for: 7, anew: anew, at: now, into: &actions)
    var next = 0
    while next < actions.count {
      guard case .query(let query) = actions[next] else { return actions[next] }
      next += 1
      queries.append(query.description)
      locator.answered(query, results[query] ?? .noSuchName(lifetime: nil), at: now, into: &actions)
    }
    return nil
  }

  mutating func locate(_ uri: String, anew: Bool = false, after elapsed: Duration = .zero) throws
    -> ServerLocator.Action?
  {
    locate(Destination(try SIPURI(parsing: uri)), anew: anew, after: elapsed)
  }

  /// The servers found, as text.
  mutating func servers(_ uri: String, anew: Bool = false, after elapsed: Duration = .zero) throws -> [String]
  {
    switch try locate(uri, anew: anew, after: elapsed) {
    case .located(_, let location): location.targets.map(\.server.description)
    case .failed(_, let failure): ["failed: \(failure)"]
    case .query, nil: ["nothing"]
    }
  }

  mutating func location(_ uri: String, after elapsed: Duration = .zero) throws -> Location? {
    guard case .located(_, let location) = try locate(uri, after: elapsed) else { return nil }
    return location
  }

  mutating func failure(_ uri: String) throws -> LocatingFailure? {
    guard case .failed(_, let failure) = try locate(uri) else { return nil }
    return failure
  }

  mutating func takeQueries() -> [String] {
    defer { queries = [] }
    return queries
  }
}
