/// A point on a clock that never goes back, in nanoseconds from a start that only the shell knows.
///
/// Machines get it as `at now:` and never read a clock themselves, so setting the wall clock neither stops
/// nor stampedes anything.
public struct Instant: Hashable, Comparable, Sendable {
  public var nanoseconds: Int64

  public init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

  public static func < (lhs: Instant, rhs: Instant) -> Bool { lhs.nanoseconds < rhs.nanoseconds }

  public static func + (instant: Instant, duration: Duration) -> Instant {
    Instant(nanoseconds: instant.nanoseconds + duration.nanoseconds)
  }

  public static func - (later: Instant, earlier: Instant) -> Duration {
    .nanoseconds(later.nanoseconds - earlier.nanoseconds)
  }
}

extension Duration {
  /// The duration in whole nanoseconds; more than 292 years is clamped.
  package var nanoseconds: Int64 {
    // Most durations are short, and 64 bits divide much faster than 128.
    if let short = Int64(exactly: attoseconds) { return short / 1_000_000_000 }
    return Int64(clamping: attoseconds / 1_000_000_000)
  }
}
