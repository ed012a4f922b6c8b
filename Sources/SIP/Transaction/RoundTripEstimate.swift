/// The shortest round trip to a server of late: what an answer takes when nothing waits in a queue.
///
/// It is the least of the present and the last period of 30 s, so that a path that became longer is believed
/// after a minute at most.
package struct RoundTripEstimate: Sendable {
  private static let period = Duration.seconds(30)

  private var previous: Int64 = .max
  private var current: Int64 = .max
  private var periodEnd = Instant(nanoseconds: .min)

  package init() {}

  /// Takes a round trip in nanoseconds, and returns the shortest of late, itself included.
  package mutating func note(_ roundTrip: Int64, at now: Instant) -> Int64 {
    if now >= periodEnd {
      previous = current
      current = .max
      periodEnd = now + RoundTripEstimate.period
    }
    current = min(current, roundTrip)
    return min(current, previous)
  }
}
