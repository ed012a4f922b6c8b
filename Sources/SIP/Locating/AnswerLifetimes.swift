/// How long answers are kept.
package struct AnswerLifetimes: Hashable, Sendable {
  /// A shorter TTL counts as this: records with a TTL of 0 are not asked for once per account.
  package var floor = Duration.seconds(10)
  /// A longer TTL counts as this, so that a change is seen while accounts still refresh at the old servers.
  package var ceiling = Duration.seconds(3600)
  /// The ceiling for "there is none" (RFC 2308, 5).
  package var negativeCeiling = Duration.seconds(300)
  /// For "nobody knows" (RFC 2308, 7; RFC 9520, 3.2), and for a stale answer in its place.
  package var failure = Duration.seconds(30)
  /// How long after its end an answer may still stand in for name servers that fail (RFC 8767, 5).
  package var stale = Duration.seconds(86_400)

  package init() {}

  func lifetime(of result: DNSResult) -> Duration {
    switch result {
    case .found(let answer): min(max(.seconds(Int64(answer.lifetime)), floor), ceiling)
    case .noRecords(let seconds), .noSuchName(let seconds):
      min(max(.seconds(Int64(seconds ?? 0)), floor), negativeCeiling)
    case .failed: failure
    }
  }
}
