import Reconcile
import SIP
import Testing

@testable import Agent

@Suite struct WallClockTests {
  private let start = Timestamp(milliseconds: 1_800_000_000_000)

  private func seconds(_ count: Int64) -> Instant { Instant(nanoseconds: count * 1_000_000_000) }

  @Test func timeGoesOnEvenly() {
    let clock = WallClock(showing: start, at: seconds(100))
    #expect(clock.time(at: seconds(100)) == start)
    #expect(clock.time(at: seconds(160)) == start + .seconds(60))
  }

  @Test func beingSteeredIsFollowedSilently() {
    var clock = WallClock(showing: start, at: seconds(0))
    #expect(clock.read { (seconds(10), start + .milliseconds(10_900)) } == nil)
    #expect(clock.time(at: seconds(10)) == start + .milliseconds(10_900))
    #expect(clock.read { (seconds(20), start + .milliseconds(21_800)) } == nil)
  }

  @Test func beingSetIsToldOnce() {
    var clock = WallClock(showing: start, at: seconds(0))
    #expect(clock.read { (seconds(10), start + .seconds(86_410)) } == .seconds(86_400))
    #expect(clock.read { (seconds(20), start + .seconds(86_420)) } == nil)
    #expect(clock.read { (seconds(30), start + .seconds(30)) } == .seconds(-86_400))
    #expect(clock.time(at: seconds(30)) == start + .seconds(30))
  }

  @Test func aReadingThatWasInterruptedSaysNothing() {
    var clock = WallClock(showing: start, at: seconds(0))
    var readings = [
      (now: seconds(10), time: start + .seconds(25)), (now: seconds(25), time: start + .seconds(25)),
    ]
    #expect(clock.read { readings.removeFirst() } == nil)
    #expect(clock.time(at: seconds(25)) == start + .seconds(25))
  }
}
