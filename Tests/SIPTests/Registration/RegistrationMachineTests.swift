import SIP
import Testing

struct RegistrationMachineTests {
  @Test func wantingABindingAsksForATurnAndSendsOneBind() {
    var bench = RegistrationBench()
    bench.want(.bound)
    #expect(bench.actions == [.queue])
    let request = bench.begin()
    #expect(request == RegisterRequest(purpose: .bind, cseq: 1, expires: 3600))
    #expect(bench.machine.state == .sent(.bind))
  }

  @Test("REG-09 CSeq goes up by exactly one for every new REGISTER")
  func everyNewRegisterRaisesCSeqByOne() {
    var bench = RegistrationBench(lastCSeq: 41)
    bench.want(.bound)
    #expect(bench.begin()?.cseq == 42)
    bench.receive(.bound(3600))
    bench.touch()
    #expect(bench.begin()?.cseq == 43)
    bench.receive(.bound(3600))
    bench.want(.unbound)
    #expect(bench.begin()?.cseq == 44)
  }

  @Test(
    "a success after which a former contact can go sends once more in the same turn, and is bound whatever comes"
  )
  func aFormerContactIsRemovedInTheSameTurn() {
    var bench = RegistrationBench()
    bench.want(.bound)
    bench.begin()
    var answer = RegisterAnswer.bound(600)
    answer.isAmended = true
    bench.receive(answer)
    #expect(bench.actions == [.sendAgain])
    #expect(bench.machine.bound == .init(expiresAt: RegistrationBench.t0 + .seconds(600), granted: 600))
    #expect(bench.begin() == RegisterRequest(purpose: .bind, cseq: 2, expires: 3600))
    bench.receive(RegisterAnswer(code: 500))
    #expect(bench.machine.bound?.granted == 600)
    #expect(bench.machine.failure == .refused)
  }

  @Test("REG-10 near 2^31 a new Call-ID is used instead of overflowing")
  func theLastCSeqLeadsToANewCallID() {
    var bench = RegistrationBench(lastCSeq: 0x7fff_fffe)
    bench.want(.bound)
    let request = bench.begin()
    #expect(request?.cseq == 1)
    #expect(bench.actions.contains(.renewCallID))
  }

  @Test("REG-11 a number beyond the reserved block is never used")
  func theCeilingLeadsToANewCallID() {
    var bench = RegistrationBench(lastCSeq: 64, ceiling: 64)
    bench.want(.bound)
    #expect(bench.begin()?.cseq == 1)
    #expect(bench.actions.contains(.renewCallID))
  }

  @Test("REG-13 TRAP-07 what changes while a REGISTER is unanswered is sent after its answer, once")
  func changesWaitForTheAnswer() {
    var bench = RegistrationBench()
    bench.want(.bound)
    bench.begin()
    bench.touch()
    #expect(!bench.asksForATurn)
    bench.machine.settings.expires = 600
    bench.touch()
    #expect(!bench.asksForATurn)
    bench.receive(.bound(3600))
    #expect(bench.actions.filter { $0 == .queue }.count == 1)
    #expect(bench.begin()?.expires == 600)
  }

  @Test("REG-42 REG-43 TRAP-02 the contact's expires wins, then the Expires header, then what was asked")
  func theGrantIsReadInOrder() {
    var first = RegistrationBench()
    first.register(granted: 40)
    #expect(first.machine.bound?.granted == 40)
    var second = RegistrationBench()
    second.want(.bound)
    second.begin()
    second.receive(RegisterAnswer(code: 200, listing: .ours(expires: nil), expires: 120))
    #expect(second.machine.bound?.granted == 120)
    var third = RegistrationBench(expires: 300)
    third.want(.bound)
    third.begin()
    third.receive(.bound(nil))
    #expect(third.machine.bound?.granted == 300)
  }

  @Test("REG-45 TRAP-03 every refresh asks for the configured lifetime again")
  func theRequestedLifetimeDoesNotShrink() {
    var bench = RegistrationBench(expires: 180)
    bench.register(granted: 179)
    for _ in 0..<10 {
      bench.touch()
      #expect(bench.begin()?.expires == 180)
      bench.receive(.bound(179))
    }
  }

  @Test("REG-49 TRAP-04 a 2xx without our binding is no success")
  func acceptedButNotBoundFails() {
    var bench = RegistrationBench()
    bench.want(.bound)
    bench.begin()
    bench.receive(RegisterAnswer(code: 200, listing: .withoutOurs))
    #expect(bench.machine.failure == .notBound)
    #expect(bench.machine.bound == nil)
    #expect((bench.pause ?? .zero) >= .seconds(15))
  }

  @Test("REG-51 a bare 2xx to a bind is no success")
  func aBareOkIsNotBound() {
    var bench = RegistrationBench()
    bench.want(.bound)
    bench.begin()
    bench.receive(RegisterAnswer(code: 200, listing: .empty))
    #expect(bench.machine.failure == .notBound)
  }

  @Test("REG-64 a failed refresh leaves the binding until it expires")
  func aFailedRefreshKeepsTheBinding() {
    var bench = RegistrationBench()
    bench.register(granted: 120)
    bench.timerFired(after: .seconds(88))
    bench.begin()
    bench.receiveNothing()
    #expect(bench.machine.bound != nil)
    #expect(bench.machine.failure == .timeout)
    bench.timerFired(after: .seconds(33))
    #expect(bench.machine.bound == nil)
  }

  @Test("REC-69 a resumed binding sends nothing before its refresh point")
  func aResumedBindingRests() {
    var bench = RegistrationBench(lastCSeq: 9)
    bench.machine.resume(
      RegistrationMachine.Bound(expiresAt: bench.now + .seconds(900), granted: 1800),
      refreshAt: bench.now + .seconds(500),
      into: &bench.actions
    )
    #expect(!bench.asksForATurn)
    bench.timerFired(after: .seconds(499))
    #expect(!bench.asksForATurn)
    bench.timerFired(after: .seconds(1))
    #expect(bench.asksForATurn)
    #expect(bench.begin()?.cseq == 10)
  }

  @Test("REG-78 a question has no lifetime, and ends with its answer")
  func aQuestionEndsWithItsAnswer() {
    var bench = RegistrationBench(retries: false)
    bench.want(.listed)
    #expect(bench.begin()?.purpose == .fetch)
    bench.receive(RegisterAnswer(code: 200, listing: .withoutOurs))
    #expect(bench.machine.state == .ended)
    #expect(bench.machine.failure == nil)
  }

  @Test(
    "REG-80 a refused question ends with the refusal, and is not repeated",
    arguments: [403, 405, 501, 503]
  )
  func aRefusedQuestionEnds(code: UInt16) {
    var bench = RegistrationBench(retries: false)
    bench.want(.listed)
    bench.begin()
    bench.receive(RegisterAnswer(code: code))
    #expect(bench.machine.state == .ended)
    #expect(bench.machine.failure == .refused)
    #expect(bench.pause == nil)
  }
}
