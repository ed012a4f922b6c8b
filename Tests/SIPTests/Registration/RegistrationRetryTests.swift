import SIP
import Testing

/// What an answer that is no success leads to, and when.
struct RegistrationRetryTests {
  @Test("REG-90 REG-94 423 raises what is asked for, at once and for later")
  func tooBriefAsksForMore() {
    var bench = RegistrationBench(expires: 60)
    bench.want(.bound)
    bench.begin()
    bench.receive(RegisterAnswer(code: 423, minExpires: 300))
    #expect(bench.actions == [.sendAgain])
    #expect(bench.begin()?.expires == 300)
    bench.receive(.bound(300))
    bench.touch()
    #expect(bench.begin()?.expires == 300)
  }

  @Test("REG-91 TRAP-30 423 without Min-Expires is a failure with back-off")
  func tooBriefWithoutAMinimumBacksOff() {
    var bench = RegistrationBench(expires: 60)
    bench.want(.bound)
    bench.begin()
    bench.receive(RegisterAnswer(code: 423))
    #expect(!bench.actions.contains(.sendAgain))
    #expect((bench.pause ?? .zero) >= .seconds(15))
  }

  @Test("REG-92 TRAP-30 423 again and again is bounded to two rounds")
  func tooBriefIsBounded() {
    var bench = RegistrationBench(expires: 60)
    bench.want(.bound)
    var asked = bench.begin()?.expires ?? 0
    var rounds = 0
    while rounds < 10 {
      bench.receive(RegisterAnswer(code: 423, minExpires: asked + 1))
      guard bench.actions.contains(.sendAgain) else { break }
      rounds += 1
      asked = bench.begin()?.expires ?? 0
    }
    #expect(rounds == 2)
  }

  @Test("REG-93 a minimum of for ever is refused")
  func anAbsurdMinimumIsRefused() {
    var bench = RegistrationBench(expires: 60)
    bench.want(.bound)
    bench.begin()
    bench.receive(RegisterAnswer(code: 423, minExpires: 4_294_967_295))
    #expect(bench.machine.failure == .intervalRefused(minimum: 4_294_967_295))
  }

  @Test("REG-88 UAC-35 LOD-07 after silence the next attempt waits 15 to 30 s at least, and longer each time")
  func silenceBacksOff() {
    var bench = RegistrationBench()
    bench.want(.bound)
    var window = Duration.seconds(30)
    for _ in 0..<7 {
      bench.begin()
      bench.receiveNothing()
      let pause = bench.pause ?? .zero
      window = min(window * 2, .seconds(1800))
      #expect(pause >= window / 2 && pause <= window)
      bench.timerFired(after: pause)
    }
  }

  @Test(
    "UAC-36 COD-06 COD-07 403 and 404 are not repeated for an hour",
    arguments: [400, 402, 403, 404, 405, 501]
  )
  func refusalsStall(code: UInt16) {
    var bench = RegistrationBench()
    bench.want(.bound)
    bench.begin()
    bench.receive(RegisterAnswer(code: code))
    #expect(bench.pause == .seconds(3600))
    #expect(bench.machine.failure == .refused)
  }

  @Test("UAC-37 Retry-After is waited for, spread, and never shortened", arguments: [480, 500, 503, 600])
  func retryAfterIsHonoured(code: UInt16) {
    var bench = RegistrationBench()
    bench.want(.bound)
    bench.begin()
    bench.receive(RegisterAnswer(code: code, retryAfter: 300))
    let pause = bench.pause ?? .zero
    #expect(pause >= .seconds(300) && pause <= .seconds(450))
  }

  @Test("UAC-38 Retry-After 0 allows a retry at once, and an absurd one is capped")
  func oddRetryAfterIsTamed() {
    var zero = RegistrationBench()
    zero.want(.bound)
    zero.begin()
    zero.receive(RegisterAnswer(code: 503, retryAfter: 0))
    #expect(zero.pause == .zero)
    var huge = RegistrationBench()
    huge.want(.bound)
    huge.begin()
    huge.receive(RegisterAnswer(code: 503, retryAfter: 4_000_000_000))
    #expect((huge.pause ?? .zero) <= .seconds(5400))
  }

  @Test("COD-21 after two 500 in a row the next attempt has a new Call-ID")
  func twoServerErrorsRenewTheCallID() {
    var bench = RegistrationBench()
    bench.want(.bound)
    bench.begin()
    bench.receive(RegisterAnswer(code: 500))
    #expect(!bench.actions.contains(.renewCallID))
    bench.timerFired(after: bench.pause ?? .zero)
    bench.begin()
    bench.receive(RegisterAnswer(code: 500))
    #expect(bench.actions.contains(.renewCallID))
    bench.timerFired(after: bench.pause ?? .zero)
    #expect(bench.begin()?.cseq == 1)
  }

  @Test("REG-57 UAC-05 any 2xx is success, and an unknown code counts as the x00 of its class")
  func unknownCodesCountAsTheirClass() {
    #expect(StatusReaction(code: 299) == .success)
    #expect(StatusReaction(code: 399) == .redirect)
    #expect(StatusReaction(code: 499) == StatusReaction(code: 400))
    #expect(StatusReaction(code: 599) == StatusReaction(code: 500))
    #expect(StatusReaction(code: 699) == StatusReaction(code: 600))
  }
}
