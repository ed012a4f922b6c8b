import Testing

@testable import SIP

@Suite struct TimerWheelTests {
  private let t0 = Instant(nanoseconds: 77_000_000_000)

  @Test func aTimerFiresWithinATickOfItsDeadlineAndNeverBefore() {
    var wheel = TimerWheel(origin: t0)
    wheel.schedule(7, at: t0 + .milliseconds(12))
    #expect(due(&wheel, t0 + .milliseconds(11)) == [])
    #expect(due(&wheel, t0 + .milliseconds(12)) == [])
    #expect(wheel.nextDeadline == t0 + .milliseconds(15))
    #expect(due(&wheel, t0 + .milliseconds(15)) == [7])
    #expect(wheel.count == 0)
    #expect(wheel.nextDeadline == nil)
  }

  @Test func aDeadlineOnATickFiresOnIt() {
    var wheel = TimerWheel(origin: t0)
    wheel.schedule(1, at: t0 + .milliseconds(10))
    #expect(due(&wheel, t0 + .milliseconds(10)) == [1])
  }

  @Test func aDeadlineThatHasPassedFiresWithTheNextTick() {
    var wheel = TimerWheel(origin: t0)
    _ = due(&wheel, t0 + .seconds(1))
    wheel.schedule(1, at: t0)
    wheel.schedule(2, at: t0 + .seconds(-100))
    #expect(wheel.nextDeadline == t0 + .milliseconds(1005))
    #expect(due(&wheel, t0 + .milliseconds(1005)).sorted() == [1, 2])
  }

  @Test func schedulingAgainReplaces() {
    var wheel = TimerWheel(origin: t0)
    wheel.schedule(1, at: t0 + .seconds(1))
    wheel.schedule(1, at: t0 + .seconds(400))
    #expect(wheel.count == 1)
    #expect(due(&wheel, t0 + .seconds(399)) == [])
    #expect(due(&wheel, t0 + .seconds(400)) == [1])
  }

  @Test func aCancelledTimerDoesNotFire() {
    var wheel = TimerWheel(origin: t0)
    for key in UInt32(0)..<5 { wheel.schedule(key, at: t0 + .seconds(1)) }
    wheel.cancel(0)
    wheel.cancel(2)
    wheel.cancel(4)
    wheel.cancel(4)
    wheel.cancel(1000)
    #expect(!wheel.isScheduled(2))
    #expect(wheel.isScheduled(3))
    #expect(wheel.count == 2)
    #expect(due(&wheel, t0 + .seconds(1)).sorted() == [1, 3])
  }

  @Test func earlierTicksComeFirst() {
    var wheel = TimerWheel(origin: t0)
    wheel.schedule(1, at: t0 + .seconds(3000))
    wheel.schedule(2, at: t0 + .seconds(2))
    wheel.schedule(3, at: t0 + .seconds(1))
    #expect(due(&wheel, t0 + .seconds(10_000)) == [3, 2, 1])
  }

  @Test("Deadlines days ahead hold, also over the turn of the clock's 32 bits after 248 days")
  func deadlinesDaysAheadHold() {
    var wheel = TimerWheel(origin: t0)
    let day = Duration.seconds(86400)
    wheel.schedule(1, at: t0 + day * 100)
    #expect(due(&wheel, t0 + day * 100 + .milliseconds(-5)) == [])
    #expect(due(&wheel, t0 + day * 100) == [1])
    _ = due(&wheel, t0 + day * 248)
    wheel.schedule(2, at: t0 + day * 250)
    wheel.schedule(3, at: t0 + day * 300)
    #expect(due(&wheel, t0 + day * 250 + .milliseconds(-5)) == [])
    #expect(due(&wheel, t0 + day * 250) == [2])
    #expect(due(&wheel, t0 + day * 300 + .milliseconds(-5)) == [])
    #expect(due(&wheel, t0 + day * 300) == [3])
  }

  @Test func aDeadlineTooFarAheadFiresAfter124Days() {
    var wheel = TimerWheel(origin: t0)
    wheel.schedule(1, at: Instant(nanoseconds: .max))
    #expect(due(&wheel, t0 + .seconds(86400 * 124)) == [])
    #expect(due(&wheel, t0 + .seconds(86400 * 125)) == [1])
  }

  @Test("Against a plain table: whatever is scheduled, moved and cancelled fires on time", arguments: 1...8)
  func agreesWithAPlainTable(seed: UInt64) {
    var random = RandomSource(seed: seed)
    var wheel = TimerWheel(origin: t0)
    var table: [UInt32: Int64] = [:]
    var now: Int64 = 0
    for _ in 0..<4000 {
      let key = UInt32.random(in: 0..<200, using: &random)
      switch Int.random(in: 0..<8, using: &random) {
      case 0:
        wheel.cancel(key)
        table[key] = nil
      case 1, 2:
        now += Int64.random(in: 0..<(1 << Int64.random(in: 1..<38, using: &random)), using: &random)
        let fired = due(&wheel, t0 + .nanoseconds(now))
        let expected = table.filter { ceilTick($0.value) <= now / 5_000_000 }
        #expect(Set(fired) == Set(expected.keys) && fired.count == expected.count)
        expected.keys.forEach { table[$0] = nil }
      default:
        let deadline =
          now + Int64.random(in: 1..<(1 << Int64.random(in: 5..<52, using: &random)), using: &random)
        wheel.schedule(key, at: t0 + .nanoseconds(deadline))
        table[key] = max(deadline, (now / 5_000_000 + 1) * 5_000_000)
      }
      #expect(wheel.count == table.count)
      if let next = wheel.nextDeadline, let first = table.values.min() {
        let elapsed = (next - t0).nanoseconds
        #expect(elapsed <= ceilTick(first) * 5_000_000 && elapsed > now - 5_000_000)
      }
    }
  }

  private func ceilTick(_ nanoseconds: Int64) -> Int64 { (nanoseconds + 4_999_999) / 5_000_000 }

  private func due(_ wheel: inout TimerWheel, _ now: Instant) -> [UInt32] {
    var keys: [UInt32] = []
    wheel.advance(to: now, into: &keys)
    return keys
  }
}
