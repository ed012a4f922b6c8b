import SIP

/// When an agent plans again because a step failed that nothing else tries again, a removal above all: after 30 s,
/// and after twice the time whenever the next plan fails as well.
struct PlanRetry: Sendable {
  /// Nil while nothing is to be tried again.
  private(set) var at: Instant?
  private var pause = PlanRetry.first

  static let first = Duration.seconds(30)
  static let longest = Duration.seconds(1800)

  mutating func runEnded(isUnfinished: Bool, at now: Instant) {
    guard isUnfinished else {
      self = PlanRetry()
      return
    }
    at = now + pause
    pause = min(pause * 2, PlanRetry.longest)
  }

  /// True once each time that it is time to plan again.
  mutating func isDue(at now: Instant) -> Bool {
    guard let due = at, due <= now else { return false }
    at = nil
    return true
  }
}
