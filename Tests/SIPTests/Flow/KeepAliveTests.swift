import TestSupport
import Testing

@testable import SIP

@Suite struct KeepAliveTests {
  private let t0 = Instant(nanoseconds: 1_000_000_000)

  private func wait(_ action: KeepAlive.Action) throws -> Instant {
    guard case .wait(let until) = action else {
      Issue.record("\(action)")
      throw SupportError.timedOut("a wait")
    }
    return until
  }

  /// The gaps between the pings of a flow whose peer answers each after 50 ms.
  private func gaps(_ pace: KeepAlive.Pace, count: Int) throws -> [Duration] {
    var random = SeededGenerator(seed: 5)
    var keepAlive = KeepAlive(pace: pace, awaitsPong: true)
    var due = try wait(keepAlive.start(at: t0, using: &random))
    var last = t0
    var gaps: [Duration] = []
    for _ in 0..<count {
      #expect(keepAlive.timerFired(at: due, using: &random) == .ping(next: due + .seconds(10)))
      gaps.append(due - last)
      last = due
      due = try wait(keepAlive.receivePong(at: due + .milliseconds(50), using: &random))
    }
    return gaps
  }

  @Test("OUT-10 with Flow-Timer 20 the gaps lie in 16 to 20 s, and vary")
  func flowTimer() throws {
    let gaps = try gaps(.flowTimer(seconds: 20), count: 300)
    #expect(gaps.allSatisfy { $0 >= .seconds(16) && $0 <= .seconds(20) })
    #expect(gaps.contains { $0 < .seconds(17) } && gaps.contains { $0 > .seconds(19) })
  }

  @Test("OUT-11 without Flow-Timer the gaps on a stream lie in 95 to 120 s, and vary")
  func noFlowTimer() throws {
    let gaps = try gaps(.stream, count: 300)
    #expect(gaps.allSatisfy { $0 >= .seconds(95) && $0 <= .seconds(120) })
    #expect(gaps.contains { $0 < .seconds(97) } && gaps.contains { $0 > .seconds(118) })
  }

  @Test("OUT-12 without a pong in 10 s the flow has failed")
  func noPong() throws {
    var random = SeededGenerator(seed: 1)
    var keepAlive = KeepAlive(pace: .stream, awaitsPong: true)
    let due = try wait(keepAlive.start(at: t0, using: &random))
    #expect(keepAlive.timerFired(at: due + .seconds(-1), using: &random) == .wait(until: due))
    #expect(keepAlive.timerFired(at: due, using: &random) == .ping(next: due + .seconds(10)))
    let early = due + .milliseconds(9_999)
    #expect(keepAlive.timerFired(at: early, using: &random) == .wait(until: due + .seconds(10)))
    #expect(keepAlive.timerFired(at: due + .seconds(10), using: &random) == .failed)
    #expect(keepAlive.receivePong(at: due + .seconds(11), using: &random) == .none)
    #expect(keepAlive.pongCount == 0)
  }

  @Test("OUT-12 a message that is arriving when the 10 s end is waited for, and then a pong must be there")
  func messageInTheWay() throws {
    var random = SeededGenerator(seed: 1)
    var keepAlive = KeepAlive(pace: .stream, awaitsPong: true)
    let due = try wait(keepAlive.start(at: t0, using: &random))
    _ = keepAlive.timerFired(at: due, using: &random)
    #expect(keepAlive.messageEnded() == .none)
    let limit = due + .seconds(10)
    #expect(keepAlive.timerFired(isReceiving: true, at: limit, using: &random) == .none)
    var other = keepAlive
    #expect(keepAlive.messageEnded() == .failed)
    let next = try wait(other.receivePong(at: limit + .seconds(1), using: &random))
    #expect(next >= due + .seconds(95) && next <= due + .seconds(120))
    #expect(other.messageEnded() == .none)
  }

  @Test("OUT-09 OUT-13 a datagram flow pings at its period and waits for no pong")
  func datagrams() throws {
    var random = SeededGenerator(seed: 2)
    var keepAlive = KeepAlive(pace: .every(.seconds(30)), awaitsPong: false)
    var due = try wait(keepAlive.start(at: t0, using: &random))
    for _ in 0..<100 {
      guard case .ping(let next) = keepAlive.timerFired(at: due, using: &random) else {
        Issue.record("no ping")
        return
      }
      #expect(next - due >= .seconds(24) && next - due <= .seconds(30))
      due = next
    }
  }

  @Test("OUT-14 a pong that nobody waits for changes nothing")
  func strayPong() throws {
    var random = SeededGenerator(seed: 2)
    var keepAlive = KeepAlive(pace: .stream, awaitsPong: true)
    #expect(keepAlive.receivePong(at: t0, using: &random) == .none)
    _ = keepAlive.start(at: t0, using: &random)
    #expect(keepAlive.receivePong(at: t0 + .seconds(1), using: &random) == .none)
    #expect(keepAlive.pongCount == 0)
  }

  @Test("OUT-19 answered pings are counted, and a Flow-Timer of 0 pings once a second at most")
  func counted() throws {
    let gaps = try gaps(.flowTimer(seconds: 0), count: 50)
    #expect(gaps.allSatisfy { $0 >= .milliseconds(800) && $0 <= .seconds(1) })
    var random = SeededGenerator(seed: 2)
    var keepAlive = KeepAlive(pace: .stream, awaitsPong: true)
    let due = try wait(keepAlive.start(at: t0, using: &random))
    _ = keepAlive.timerFired(at: due, using: &random)
    _ = keepAlive.receivePong(at: due, using: &random)
    #expect(keepAlive.pongCount == 1)
  }
}
