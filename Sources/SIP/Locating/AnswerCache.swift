/// The answers of the name servers while they live, and a while longer for when nobody answers.
struct AnswerCache: Sendable {
  /// An answer, and until when it may be used.
  struct Entry: Hashable, Sendable {
    var result: DNSResult
    var storedAt: Instant
    var expiresAt: Instant
    /// The answer is older than its TTL, since the name servers now fail like this.
    var standsInFor: DNSFailure?
  }

  /// More are not kept: what a million accounts at many registrars ask for, and a bound on what hostile
  /// name servers can fill.
  private static let limit = 100_000

  let lifetimes: AnswerLifetimes
  private var entries: [DNSQuery: Entry] = [:]

  init(lifetimes: AnswerLifetimes) { self.lifetimes = lifetimes }

  var count: Int { entries.count }

  /// An answer that may still be used; with `anew` only one that is younger than the floor.
  func entry(for query: DNSQuery, anew: Bool, at now: Instant) -> Entry? {
    guard let entry = entries[query], entry.expiresAt > now else { return nil }
    if anew, entry.storedAt + lifetimes.floor <= now { return nil }
    return entry
  }

  /// Keeps a result, and gives what is to be used: an older answer where name servers fail that once knew.
  mutating func store(_ result: DNSResult, for query: DNSQuery, at now: Instant) -> Entry {
    makeRoom(at: now)
    var entry = Entry(
      result: result,
      storedAt: now,
      expiresAt: now + lifetimes.lifetime(of: result),
      standsInFor: nil
    )
    switch result {
    case .failed(let failure):
      if let known = entries[query], case .found = known.result, isStaleUsable(known, at: now) {
        // Its own end stays where it was, so that it does not stand in for ever.
        entry.result = known.result
        entry.standsInFor = failure
        return entry
      }
    case .found(let answer):
      for (aside, found) in answer.asides() where self.entry(for: aside, anew: false, at: now) == nil {
        entries[aside] = Entry(
          result: .found(found),
          storedAt: now,
          expiresAt: now + lifetimes.lifetime(of: .found(found)),
          standsInFor: nil
        )
      }
    case .noRecords, .noSuchName: break
    }
    entries[query] = entry
    return entry
  }

  private func isStaleUsable(_ entry: Entry, at now: Instant) -> Bool {
    entry.expiresAt + lifetimes.stale > now
  }

  private mutating func makeRoom(at now: Instant) {
    guard entries.count >= AnswerCache.limit else { return }
    let usable = entries.filter { isStaleUsable($0.value, at: now) && $0.value.expiresAt > now }
    entries = usable.count < AnswerCache.limit ? usable : [:]
  }
}
