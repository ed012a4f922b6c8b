import Testing

@testable import SIP

@Suite struct RefreshScheduleTests {
  @Test(
    "REG-60 REG-61 a refresh is random in its window and never later than the limit",
    arguments: [
      (UInt32(3600), 2700.0, 3240.0), (300, 223.3, 268.0), (120, 73.3, 88.0), (65, 27.5, 33.0),
      (64, 26.6, 32.0), (60, 25.0, 30.0), (20, 8.3, 10.0),
    ]
  )
  func aRefreshIsRandomInItsWindow(granted: UInt32, first: Double, last: Double) {
    var random = RandomSource(seed: UInt64(granted))
    let delays = (0..<1000).map { _ in
      Double(RefreshSchedule().delay(granted: granted, using: &random).nanoseconds) / 1e9
    }
    #expect(delays.allSatisfy { $0 >= first && $0 <= last })
    let span = last - first
    #expect(delays.min()! < first + span / 10 + 0.1 && delays.max()! > last - span / 10)
  }

  @Test("REG-61 accounts registered together spread over the whole window")
  func accountsSpread() {
    var random = RandomSource(seed: 9)
    var bins = [Int](repeating: 0, count: 9)
    for _ in 0..<900 {
      let delay = RefreshSchedule().delay(granted: 3600, using: &random).nanoseconds / 1_000_000_000
      bins[min(8, Int(delay - 2700) / 60)] += 1
    }
    #expect(bins.allSatisfy { (60...140).contains($0) })
  }

  @Test("REG-60 the limit follows the timers")
  func theLimitFollowsTheTimers() {
    let fast = RefreshSchedule(timers: TransactionTimers(t1: .milliseconds(50)))
    #expect(fast.latest(granted: 10) == .milliseconds(6800))
    #expect(fast.latest(granted: 6) == .seconds(3))
    #expect(RefreshSchedule().latest(granted: 120) == .seconds(88))
    #expect(RefreshSchedule().latest(granted: 60) == .seconds(30))
  }

  @Test("REG-48 a tiny grant is refreshed once a second at most", arguments: UInt32(0)...5)
  func aTinyGrantHasAFloor(granted: UInt32) {
    var random = RandomSource(seed: 4)
    for _ in 0..<100 {
      #expect(RefreshSchedule().delay(granted: granted, using: &random) >= .seconds(1))
    }
  }

  @Test("REG-47 a huge grant is refreshed after a day at most, and still spread")
  func aHugeGrantHasACeiling() {
    var random = RandomSource(seed: 5)
    let delays = (0..<1000).map { _ in RefreshSchedule().delay(granted: .max, using: &random) }
    #expect(delays.allSatisfy { $0 > .seconds(71_999) && $0 <= .seconds(86_400) })
    #expect(Set(delays).count > 900)
  }
}
