import SIP
import Testing

@testable import Agent

struct PlanRetryTests {
  private static func instant(_ seconds: Int) -> Instant { Instant(nanoseconds: 0) + .seconds(seconds) }

  @Test func theTimeDoublesUntilAPlanIsCarriedOutWhole() {
    var retry = PlanRetry()
    #expect(retry.at == nil)
    retry.runEnded(isUnfinished: true, at: Self.instant(0))
    #expect(retry.at == Self.instant(30))
    retry.runEnded(isUnfinished: true, at: Self.instant(30))
    #expect(retry.at == Self.instant(90))
    retry.runEnded(isUnfinished: false, at: Self.instant(90))
    #expect(retry.at == nil)
    retry.runEnded(isUnfinished: true, at: Self.instant(100))
    #expect(retry.at == Self.instant(130))
  }

  @Test func itIsNeverLongerThanHalfAnHour() {
    var retry = PlanRetry()
    for _ in 0..<20 { retry.runEnded(isUnfinished: true, at: Self.instant(0)) }
    #expect(retry.at == Self.instant(1800))
  }

  @Test func itIsDueOnce() {
    var retry = PlanRetry()
    retry.runEnded(isUnfinished: true, at: Self.instant(0))
    let due = [29, 30, 31].filter { retry.isDue(at: Self.instant($0)) }
    #expect(due == [30])
    #expect(retry.at == nil)
  }
}
