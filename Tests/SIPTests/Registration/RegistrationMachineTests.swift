import SIP
import Testing

/// Steps a machine with literal times, as an engine would.
private struct Bench {
  static let t0 = Instant(nanoseconds: 1_000_000_000)
  var machine: RegistrationMachine
  var random = RandomSource(seed: 7)
  var actions: [RegistrationMachine.Action] = []
  var now = Bench.t0

  init(
    expires: UInt32 = 3600,
    lastCSeq: UInt32 = 0,
    ceiling: UInt32 = .max,
    credentials: [Credential] = [],
    retries: Bool = true
  ) {
    machine = RegistrationMachine(
      lastCSeq: lastCSeq,
      ceiling: ceiling,
      settings: RegistrationMachine.Settings(expires: expires, retries: retries),
      authenticator: Authenticator(credentials: credentials)
    )
  }

  mutating func want(_ goal: RegistrationMachine.Goal) {
    actions = []
    machine.want(goal, at: now, into: &actions)
  }

  mutating func touch() {
    actions = []
    machine.touch(at: now, into: &actions)
  }

  @discardableResult
  mutating func begin() -> RegisterRequest? {
    actions = []
    return machine.begin(at: now, into: &actions)
  }

  mutating func receive(_ answer: RegisterAnswer, challenges: [ParsedChallenge] = []) {
    actions = []
    machine.receive(
      answer,
      challenges: challenges,
      schedule: RefreshSchedule(),
      at: now,
      using: &random,
      into: &actions
    )
    if actions.contains(.tryNextServer) {
      machine.serversExhausted(at: now, using: &random, into: &actions)
    }
  }

  mutating func receiveNothing() {
    actions = []
    machine.receiveNothing(.timeout, into: &actions)
    machine.serversExhausted(at: now, using: &random, into: &actions)
  }

  mutating func timerFired(after duration: Duration) {
    actions = []
    now = now + duration
    machine.timerFired(at: now, into: &actions)
  }

  mutating func register(granted: UInt32 = 3600) {
    want(.bound)
    begin()
    receive(.bound(granted))
  }

  var asksForATurn: Bool { actions.contains(.queue) }

  /// How long until the machine acts by itself.
  var pause: Duration? { machine.nextAttempt.map { $0 - now } }
}

extension RegisterAnswer {
  fileprivate static func bound(_ expires: UInt32?) -> RegisterAnswer {
    RegisterAnswer(code: 200, listing: .ours(expires: expires))
  }
}

struct RegistrationMachineTests {
  @Test func wantingABindingAsksForATurnAndSendsOneBind() {
    var bench = Bench()
    bench.want(.bound)
    #expect(bench.actions == [.queue])
    let request = bench.begin()
    #expect(request == RegisterRequest(purpose: .bind, cseq: 1, expires: 3600))
    #expect(bench.machine.state == .sent(.bind))
  }

  @Test("REG-09 CSeq goes up by exactly one for every new REGISTER")
  func everyNewRegisterRaisesCSeqByOne() {
    var bench = Bench(lastCSeq: 41)
    bench.want(.bound)
    #expect(bench.begin()?.cseq == 42)
    bench.receive(.bound(3600))
    bench.touch()
    #expect(bench.begin()?.cseq == 43)
    bench.receive(.bound(3600))
    bench.want(.unbound)
    #expect(bench.begin()?.cseq == 44)
  }

  @Test("REG-10 near 2^31 a new Call-ID is used instead of overflowing")
  func theLastCSeqLeadsToANewCallID() {
    var bench = Bench(lastCSeq: 0x7fff_fffe)
    bench.want(.bound)
    let request = bench.begin()
    #expect(request?.cseq == 1)
    #expect(bench.actions.contains(.renewCallID))
  }

  @Test("REG-11 a number beyond the reserved block is never used")
  func theCeilingLeadsToANewCallID() {
    var bench = Bench(lastCSeq: 64, ceiling: 64)
    bench.want(.bound)
    #expect(bench.begin()?.cseq == 1)
    #expect(bench.actions.contains(.renewCallID))
  }

  @Test("REG-13 TRAP-07 what changes while a REGISTER is unanswered is sent after its answer, once")
  func changesWaitForTheAnswer() {
    var bench = Bench()
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
    var first = Bench()
    first.register(granted: 40)
    #expect(first.machine.bound?.granted == 40)
    var second = Bench()
    second.want(.bound)
    second.begin()
    second.receive(RegisterAnswer(code: 200, listing: .ours(expires: nil), expires: 120))
    #expect(second.machine.bound?.granted == 120)
    var third = Bench(expires: 300)
    third.want(.bound)
    third.begin()
    third.receive(.bound(nil))
    #expect(third.machine.bound?.granted == 300)
  }

  @Test("REG-45 TRAP-03 every refresh asks for the configured lifetime again")
  func theRequestedLifetimeDoesNotShrink() {
    var bench = Bench(expires: 180)
    bench.register(granted: 179)
    for _ in 0..<10 {
      bench.touch()
      #expect(bench.begin()?.expires == 180)
      bench.receive(.bound(179))
    }
  }

  @Test("REG-49 TRAP-04 a 2xx without our binding is no success")
  func acceptedButNotBoundFails() {
    var bench = Bench()
    bench.want(.bound)
    bench.begin()
    bench.receive(RegisterAnswer(code: 200, listing: .withoutOurs))
    #expect(bench.machine.failure == .notBound)
    #expect(bench.machine.bound == nil)
    #expect((bench.pause ?? .zero) >= .seconds(15))
  }

  @Test("REG-51 a bare 2xx to a bind is no success")
  func aBareOkIsNotBound() {
    var bench = Bench()
    bench.want(.bound)
    bench.begin()
    bench.receive(RegisterAnswer(code: 200, listing: .empty))
    #expect(bench.machine.failure == .notBound)
  }

  @Test("REG-64 a failed refresh leaves the binding until it expires")
  func aFailedRefreshKeepsTheBinding() {
    var bench = Bench()
    bench.register(granted: 120)
    bench.timerFired(after: .seconds(88))
    bench.begin()
    bench.receiveNothing()
    #expect(bench.machine.bound != nil)
    #expect(bench.machine.failure == .timeout)
    bench.timerFired(after: .seconds(33))
    #expect(bench.machine.bound == nil)
  }

  @Test("REG-73 an unregister that leaves us listed is not done")
  func stillListedIsAFailure() {
    var bench = Bench()
    bench.register()
    bench.want(.unbound)
    #expect(bench.begin()?.purpose == .unbind)
    bench.receive(.bound(3000))
    #expect(bench.machine.failure == .stillBound)
    #expect(bench.machine.state != .ended)
  }

  @Test("REG-74 a bare 2xx to an unregister is success")
  func aBareOkEndsAnUnregister() {
    var bench = Bench()
    bench.register()
    bench.want(.unbound)
    bench.begin()
    bench.receive(RegisterAnswer(code: 200))
    #expect(bench.machine.state == .ended)
    #expect(bench.machine.bound == nil)
  }

  @Test("REG-75 404 to an unregister means absent, 423 never asks for longer", arguments: [404, 410, 604])
  func absentCodesEndAnUnregister(code: UInt16) {
    var bench = Bench()
    bench.register()
    bench.want(.unbound)
    bench.begin()
    bench.receive(RegisterAnswer(code: code))
    #expect(bench.machine.state == .ended)
    #expect(bench.machine.failure == nil)
  }

  @Test("REG-75 423 to an unregister is a failure")
  func tooBriefToAnUnregisterFails() {
    var bench = Bench()
    bench.register()
    bench.want(.unbound)
    bench.begin()
    bench.receive(RegisterAnswer(code: 423, minExpires: 600))
    #expect(!bench.actions.contains(.sendAgain))
    #expect(bench.machine.failure == .intervalRefused(minimum: 600))
  }

  @Test("REG-90 REG-94 423 raises what is asked for, at once and for later")
  func tooBriefAsksForMore() {
    var bench = Bench(expires: 60)
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
    var bench = Bench(expires: 60)
    bench.want(.bound)
    bench.begin()
    bench.receive(RegisterAnswer(code: 423))
    #expect(!bench.actions.contains(.sendAgain))
    #expect((bench.pause ?? .zero) >= .seconds(15))
  }

  @Test("REG-92 TRAP-30 423 again and again is bounded to two rounds")
  func tooBriefIsBounded() {
    var bench = Bench(expires: 60)
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
    var bench = Bench(expires: 60)
    bench.want(.bound)
    bench.begin()
    bench.receive(RegisterAnswer(code: 423, minExpires: 4_294_967_295))
    #expect(bench.machine.failure == .intervalRefused(minimum: 4_294_967_295))
  }

  @Test("REG-88 UAC-35 LOD-07 after silence the next attempt waits 15 to 30 s at least, and longer each time")
  func silenceBacksOff() {
    var bench = Bench()
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
    var bench = Bench()
    bench.want(.bound)
    bench.begin()
    bench.receive(RegisterAnswer(code: code))
    #expect(bench.pause == .seconds(3600))
    #expect(bench.machine.failure == .refused)
  }

  @Test("UAC-37 Retry-After is waited for, spread, and never shortened", arguments: [480, 500, 503, 600])
  func retryAfterIsHonoured(code: UInt16) {
    var bench = Bench()
    bench.want(.bound)
    bench.begin()
    bench.receive(RegisterAnswer(code: code, retryAfter: 300))
    let pause = bench.pause ?? .zero
    #expect(pause >= .seconds(300) && pause <= .seconds(450))
  }

  @Test("UAC-38 Retry-After 0 allows a retry at once, and an absurd one is capped")
  func oddRetryAfterIsTamed() {
    var zero = Bench()
    zero.want(.bound)
    zero.begin()
    zero.receive(RegisterAnswer(code: 503, retryAfter: 0))
    #expect(zero.pause == .zero)
    var huge = Bench()
    huge.want(.bound)
    huge.begin()
    huge.receive(RegisterAnswer(code: 503, retryAfter: 4_000_000_000))
    #expect((huge.pause ?? .zero) <= .seconds(5400))
  }

  @Test("COD-21 after two 500 in a row the next attempt has a new Call-ID")
  func twoServerErrorsRenewTheCallID() {
    var bench = Bench()
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

  @Test("REC-88 a disable in flight ends unregistered, after an answer and after silence")
  func aDisableInFlightEndsUnregistered() {
    for answer in [RegisterAnswer.bound(3600), nil] {
      var bench = Bench()
      bench.want(.bound)
      bench.begin()
      bench.want(.unbound)
      #expect(!bench.asksForATurn)
      if let answer { bench.receive(answer) } else { bench.receiveNothing() }
      #expect(bench.asksForATurn)
      #expect(bench.begin()?.purpose == .unbind)
      bench.receive(RegisterAnswer(code: 200))
      #expect(bench.machine.state == .ended)
      #expect(bench.machine.bound == nil)
    }
  }

  @Test func aDisableBeforeAnythingWasSentSendsNothing() {
    var bench = Bench()
    bench.want(.bound)
    bench.want(.unbound)
    #expect(bench.machine.state == .ended)
    #expect(bench.begin() == nil)
  }

  @Test func aRefusedFirstRegisterNeedsNoUnregister() {
    var bench = Bench()
    bench.want(.bound)
    bench.begin()
    bench.receive(RegisterAnswer(code: 403))
    bench.want(.unbound)
    #expect(bench.machine.state == .ended)
  }

  @Test("REC-69 a resumed binding sends nothing before its refresh point")
  func aResumedBindingRests() {
    var bench = Bench(lastCSeq: 9)
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

  @Test("AUT-56 AUT-57 without a credential nothing is answered, and the realm is told")
  func aChallengeWithoutACredentialStalls() {
    var bench = Bench()
    bench.want(.bound)
    bench.begin()
    bench.receive(RegisterAnswer(code: 401), challenges: [.challenge(realm: "atlanta")])
    #expect(bench.machine.failure == .noCredential(realm: "atlanta"))
    #expect(bench.actions.contains(.askCredential(realm: "atlanta", algorithms: [.md5])))
    #expect(bench.pause == .seconds(3600))
  }

  @Test("AUT-37 AUT-38 a wrong password is sent once, and then not for an hour")
  func aWrongPasswordIsNotHammered() {
    let credential = Credential(username: "alice", proof: .password(Secret("wrong")))
    var bench = Bench(credentials: [credential])
    bench.want(.bound)
    bench.begin()
    bench.receive(RegisterAnswer(code: 401), challenges: [.challenge(realm: "a", nonce: "n1")])
    #expect(bench.actions == [.sendAgain])
    bench.begin()
    var message: [UInt8] = []
    bench.machine.authenticator.appendAuthorization(
      to: &message,
      method: "REGISTER",
      uri: Array("sip:a".utf8),
      using: &bench.random
    )
    bench.receive(RegisterAnswer(code: 401), challenges: [.challenge(realm: "a", nonce: "n2")])
    #expect(bench.machine.failure == .credentialRejected(realm: "a"))
    #expect(bench.pause == .seconds(3600))
  }

  @Test("AUT-46 a 401 without a challenge is a failure with back-off")
  func aBareChallengeBacksOff() {
    var bench = Bench()
    bench.want(.bound)
    bench.begin()
    bench.receive(RegisterAnswer(code: 401))
    #expect(!bench.actions.contains(.sendAgain))
    #expect((bench.pause ?? .zero) >= .seconds(15))
  }

  @Test("REG-78 a question has no lifetime, and ends with its answer")
  func aQuestionEndsWithItsAnswer() {
    var bench = Bench(retries: false)
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
    var bench = Bench(retries: false)
    bench.want(.listed)
    bench.begin()
    bench.receive(RegisterAnswer(code: code))
    #expect(bench.machine.state == .ended)
    #expect(bench.machine.failure == .refused)
    #expect(bench.pause == nil)
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

extension ParsedChallenge {
  fileprivate static func challenge(realm: String, nonce: String = "n") -> ParsedChallenge {
    let row = Array("Digest realm=\"\(realm)\", nonce=\"\(nonce)\", qop=\"auth\"".utf8)
    return row.withUnsafeBytes { Challenge.parse($0) }
  }
}
