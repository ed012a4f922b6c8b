import Testing

@testable import SIP

@Suite struct PacerTests {
  private let t0 = Instant(nanoseconds: 5_000_000_000)

  @Test("LOD-01 the window starts at 50, and what is beyond waits for an answer")
  func theWindowStartsAtFifty() {
    var pacer = Pacer()
    #expect(admitAll(&pacer, at: t0) == 50)
    #expect(pacer.admit(waiting: 1, at: t0) == .afterAnswer)
    pacer.answered(after: .milliseconds(1), at: t0)
    #expect(pacer.admit(waiting: 1, at: t0) == .now)
  }

  @Test func aFastServerFarAwayIsUsedMoreAndMore() {
    var pacer = Pacer()
    var now = t0
    for _ in 0..<6 {
      let sent = admitAll(&pacer, at: now)
      now = now + .milliseconds(200)
      for _ in 0..<sent { pacer.answered(after: .milliseconds(200), at: now) }
    }
    #expect(pacer.window > 1000)
  }

  @Test("The window stops growing when a hundred requests wait in the server's queue")
  func theWindowStopsAtAFullQueue() {
    var pacer = Pacer()
    var now = t0
    // A server with 0.1 ms per request and nothing else in the way.
    for _ in 0..<500 {
      let sent = admitAll(&pacer, at: now)
      for place in 1...sent { pacer.answered(after: .microseconds(place * 100), at: now) }
      now = now + .microseconds(sent * 100)
    }
    #expect((90...260).contains(pacer.window))
  }

  @Test func aSlowServerIsNotPushedIntoRetransmissions() {
    var pacer = Pacer()
    var now = t0
    // 100 requests a second: fifty in a row make the last one wait for T1.
    for _ in 0..<200 {
      let sent = admitAll(&pacer, at: now)
      for place in 1...sent { pacer.answered(after: .milliseconds(place * 10), at: now) }
      now = now + .milliseconds(sent * 10)
    }
    #expect(pacer.window < 50)
  }

  @Test("A retransmission, a 503 and a time-out halve the window, once for all that was on its way")
  func badSignsHalveTheWindow() {
    var pacer = Pacer()
    _ = admitAll(&pacer, at: t0)
    for _ in 0..<50 { pacer.retransmitted(at: t0) }
    #expect(pacer.window == 25)
    for _ in 0..<50 { pacer.timedOut(at: t0) }
    #expect(pacer.inFlight == 0)
    #expect(pacer.window == 25)
    #expect(admitAll(&pacer, at: t0) == 25)
    pacer.overloaded(at: t0)
    #expect(pacer.window == 12)
    #expect(pacer.inFlight == 24)
  }

  @Test("LOD-12 a silent server ends up with one request at a time")
  func aSilentServerIsProbed() {
    var pacer = Pacer()
    for _ in 0..<10 {
      for _ in 0..<admitAll(&pacer, at: t0) { pacer.timedOut(at: t0) }
    }
    #expect(pacer.window == 1)
    for _ in 0..<2000 {
      for _ in 0..<admitAll(&pacer, at: t0) { pacer.answered(after: .milliseconds(1), at: t0) }
    }
    #expect(pacer.window > 20)
  }

  @Test func theCapsHold() {
    var capped = Pacer(maxInFlight: 10)
    #expect(admitAll(&capped, at: t0) == 10)
    var slow = Pacer(maxRate: 100)
    var sent = 0
    for millisecond in 0..<1000 {
      while slow.admit(waiting: 1000, at: t0 + .milliseconds(millisecond)) == .now {
        sent += 1
        slow.answered(after: .milliseconds(1), at: t0)
      }
    }
    #expect((100...111).contains(sent))
    guard case .at(let next) = slow.admit(waiting: 1, at: t0 + .milliseconds(999)) else {
      Issue.record("the rate was not held")
      return
    }
    #expect(next > t0 + .milliseconds(999) && next <= t0 + .milliseconds(1010))
  }

  @Test("LOD-08 an answer to a challenge does not wait, but counts against the rate")
  func anAnswerToAChallengeCounts() {
    var pacer = Pacer(maxRate: 100)
    var sent = 0
    for millisecond in 0..<1000 {
      let now = t0 + .milliseconds(millisecond)
      while pacer.admit(waiting: 1000, at: now) == .now {
        pacer.sentAgain(at: now)
        pacer.answered(after: .milliseconds(1), at: now)
        sent += 2
      }
    }
    #expect((100...112).contains(sent))
  }

  @Test("UAC-40 LOD-06 LOD-09 TRAP-26 nobody sends during a pause, and all return spread over 15 s")
  func allReturnSpread() {
    var pacer = Pacer()
    let end = t0 + .seconds(30)
    pacer.pause(until: end, at: t0)
    #expect(pacer.admit(waiting: 500, at: t0 + .seconds(29)) == .at(end))
    pacer.pause(until: t0 + .seconds(3), at: t0)
    #expect(pacer.admit(waiting: 500, at: t0 + .seconds(29)) == .at(end))
    var waiting = 500
    var now = end
    var perSecond = [Int](repeating: 0, count: 16)
    while waiting > 0 {
      switch pacer.admit(waiting: waiting, at: now) {
      case .now:
        perSecond[Int((now - end).nanoseconds / 1_000_000_000)] += 1
        waiting -= 1
        pacer.answered(after: .milliseconds(1), at: now)
      case .at(let next): now = next
      case .afterAnswer: Issue.record("an answer was there")
      }
    }
    #expect(perSecond.prefix(14).allSatisfy { (25...45).contains($0) })
  }

  @Test func aRequestThatWasWithdrawnFreesItsPlace() {
    var pacer = Pacer(maxInFlight: 1)
    #expect(admitAll(&pacer, at: t0) == 1)
    pacer.withdrawn()
    pacer.withdrawn()
    #expect(pacer.inFlight == 0)
    #expect(admitAll(&pacer, at: t0) == 1)
  }

  @Test func aPathThatBecameLongerIsBelievedAfterAMinute() {
    var shortest = RoundTripEstimate()
    #expect(shortest.note(10, at: t0) == 10)
    #expect(shortest.note(80, at: t0 + .seconds(31)) == 10)
    #expect(shortest.note(80, at: t0 + .seconds(62)) == 80)
  }

  private func admitAll(_ pacer: inout Pacer, at now: Instant) -> Int {
    var count = 0
    while pacer.admit(waiting: 10_000, at: now) == .now { count += 1 }
    return count
  }
}
