import SIP

/// Steps a machine with literal times, as an engine would.
struct RegistrationBench {
  static let t0 = Instant(nanoseconds: 1_000_000_000)
  var machine: RegistrationMachine
  var random = RandomSource(seed: 7)
  var actions: [RegistrationMachine.Action] = []
  var now = RegistrationBench.t0

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
  static func bound(_ expires: UInt32?) -> RegisterAnswer {
    RegisterAnswer(code: 200, listing: .ours(expires: expires))
  }
}

extension ParsedChallenge {
  static func challenge(realm: String, nonce: String = "n") -> ParsedChallenge {
    let row = Array("Digest realm=\"\(realm)\", nonce=\"\(nonce)\", qop=\"auth\"".utf8)
    return row.withUnsafeBytes { Challenge.parse($0) }
  }
}
