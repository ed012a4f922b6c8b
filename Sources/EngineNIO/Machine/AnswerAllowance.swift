import SIP

/// How many requests of strangers are answered: a burst, and then so many a second.
///
/// A source address over UDP may be forged, and each answer then goes to somebody who asked for nothing.
struct AnswerAllowance: Sendable {
  static let burst: Int64 = 200
  static let perSecond: Int64 = 100

  /// In thousandths of an answer.
  private var left: Int64 = AnswerAllowance.burst * 1000
  private var filledAt: Instant

  init(at now: Instant) { filledAt = now }

  /// True if one more may be answered now.
  mutating func take(at now: Instant) -> Bool {
    let milliseconds = (now - filledAt).nanoseconds / 1_000_000
    if milliseconds > 0 {
      // An idle day fills it no further than an idle minute; so much at once would overflow nothing either.
      left = min(
        AnswerAllowance.burst * 1000,
        left + min(milliseconds, 60_000) * AnswerAllowance.perSecond
      )
      filledAt = filledAt + .milliseconds(milliseconds)
    }
    guard left >= 1000 else { return false }
    left -= 1000
    return true
  }
}
