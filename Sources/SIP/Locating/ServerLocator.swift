/// Finds the servers of destinations (RFC 3263), with the answers of name servers as input.
///
///     locate ──▶ waiting ──answered──▶ waiting … ──▶ located
///                                                └─▶ failed
///
/// One locator serves a whole engine: look-ups share answers, and a query that is on its way is not sent
/// again. It never touches accounts: what they do with a new list is `Failover`'s.
package struct ServerLocator: Sendable {
  package enum Action: Equatable, Sendable {
    /// Ask the name servers, and call `answered`, whatever comes of it.
    case query(DNSQuery)
    case located(Int, Location)
    case failed(Int, LocatingFailure)
  }

  private struct Lookup {
    let destination: Destination
    let isAnew: Bool
    /// What this look-up goes by: an answer that ends meanwhile still counts, so that it always ends.
    var answers: [DNSQuery: AnswerCache.Entry] = [:]
  }

  private let supported: [Transport]
  private let rules: ServerRules
  private var cache: AnswerCache
  private var lookups: [Int: Lookup] = [:]
  /// Queries on their way, with the look-ups that wait for them.
  private var waiting: [DNSQuery: [Int]] = [:]
  /// Domains whose NAPTR records offered SIP over TLS (RFC 3263, 7). What an earlier process saw may be put in.
  package var securedDomains: Set<String> = []

  /// `supported` are the transports that are spoken here, the one to prefer first where DNS says nothing.
  package init(
    supported: [Transport],
    lifetimes: AnswerLifetimes = AnswerLifetimes(),
    rules: ServerRules = ServerRules()
  ) {
    self.supported = supported
    self.rules = rules
    cache = AnswerCache(lifetimes: lifetimes)
  }

  /// Looks for a destination's servers; `key` comes back with the outcome, and a look-up of the same key that
  /// is not over is dropped.
  ///
  /// `anew` asks the name servers again, whatever the TTLs: none of the known servers answers.
  package mutating func locate(
    _ destination: Destination,
    for key: Int,
    anew: Bool = false,
    at now: Instant,
    into actions: inout [Action]
  ) {
    lookups[key] = Lookup(destination: destination, isAnew: anew)
    advance(key, at: now, into: &actions)
  }

  /// A name server's answer to a query, or why there is none.
  package mutating func answered(
    _ query: DNSQuery,
    _ result: DNSResult,
    at now: Instant,
    into actions: inout [Action]
  ) {
    guard let keys = waiting.removeValue(forKey: query) else { return }
    let entry = cache.store(result, for: query, at: now)
    for key in keys where lookups[key] != nil {
      lookups[key]?.answers[query] = entry
      advance(key, at: now, into: &actions)
    }
  }

  /// Nobody wants to know any more.
  package mutating func forget(_ key: Int) { lookups[key] = nil }

  private mutating func advance(_ key: Int, at now: Instant, into actions: inout [Action]) {
    while let lookup = lookups[key] {
      var walk = LocatingWalk(
        lookup.destination,
        supported: supported,
        securedDomains: securedDomains,
        answers: lookup.answers,
        rules: rules
      )
      switch walk.run() {
      case .located(let location):
        if walk.offersSecure {
          securedDomains.insert(DNSQuery(lookup.destination.host.description, .naptr).name)
        }
        lookups[key] = nil
        actions.append(.located(key, location))
      case .failed(let failure):
        lookups[key] = nil
        actions.append(.failed(key, failure))
      case .ask(let queries):
        guard ask(queries, for: key, anew: lookup.isAnew, at: now, into: &actions) else { return }
      }
    }
  }

  /// True if one of them is known already, so that the walk can go on.
  private mutating func ask(
    _ queries: [DNSQuery],
    for key: Int,
    anew: Bool,
    at now: Instant,
    into actions: inout [Action]
  ) -> Bool {
    var isKnown = false
    for query in queries {
      if let entry = cache.entry(for: query, anew: anew, at: now) {
        lookups[key]?.answers[query] = entry
        isKnown = true
      } else if let keys = waiting[query] {
        if !keys.contains(key) { waiting[query]?.append(key) }
      } else {
        waiting[query] = [key]
        actions.append(.query(query))
      }
    }
    return isKnown
  }
}
