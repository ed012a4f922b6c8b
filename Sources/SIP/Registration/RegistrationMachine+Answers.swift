extension RegistrationMachine {
  /// A final answer to the request on its way. `challenges` are the rows of a 401 or 407.
  package mutating func receive(
    _ answer: RegisterAnswer,
    challenges: [ParsedChallenge] = [],
    schedule: RefreshSchedule,
    at now: Instant,
    using random: inout some RandomNumberGenerator,
    into actions: inout [Action]
  ) {
    guard case .sent(let purpose) = state else { return }
    lastCode = answer.code
    if answer.code != 500 { serverErrors = 0 }
    switch StatusReaction(code: answer.code) {
    case .success:
      succeed(answer, purpose: purpose, schedule: schedule, at: now, using: &random, into: &actions)
    case .challenge:
      challenged(
        challenges,
        by: answer.code == 407 ? .proxy : .registrar,
        at: now,
        using: &random,
        into: &actions
      )
    case .intervalTooBrief: tooBrief(answer, purpose: purpose, at: now, using: &random, into: &actions)
    case .redirect: redirected(answer, at: now, using: &random, into: &actions)
    case .hold:
      if answer.isAmended { return actions.append(.sendAgain) }
      if purpose == .unbind, StatusReaction.meansAbsent(answer.code) { return absent(into: &actions) }
      let wait = StatusReaction.honoursRetryAfter(answer.code) ? answer.retryAfter : nil
      fail(.refused, wait.map { .after($0) } ?? .hold, at: now, using: &random, into: &actions)
    case .nextServer:
      noteUnclearRequest()
      failure = .refused
      if let wait = answer.retryAfter { pendingWait = wait }
      actions.append(.tryNextServer)
    case .backOffAnew:
      actions.append(.renewCallID)
      restartSequence()
      fail(.refused, .backOff, at: now, using: &random, into: &actions)
    case .backOff:
      noteServerError(answer.code, into: &actions)
      let wait = StatusReaction.honoursRetryAfter(answer.code) ? answer.retryAfter : nil
      fail(.refused, wait.map { .after($0) } ?? .backOff, at: now, using: &random, into: &actions)
    }
  }

  /// No answer came: timer F fired or the flow failed. The next server is tried first.
  package mutating func receiveNothing(_ failure: AttemptFailure, into actions: inout [Action]) {
    guard isSending else { return }
    noteUnclearRequest()
    self.failure = failure
    lastCode = if case .untrusted = failure { 200 } else { nil }
    actions.append(.tryNextServer)
  }

  /// There is no other server to try in this attempt.
  package mutating func serversExhausted(
    at now: Instant,
    using random: inout some RandomNumberGenerator,
    into actions: inout [Action]
  ) {
    guard isSending else { return }
    let wait = pendingWait
    pendingWait = nil
    fail(failure ?? .timeout, wait.map { .after($0) } ?? .backOff, at: now, using: &random, into: &actions)
  }
}

extension RegistrationMachine {
  /// The attempt failed before anything was sent: no server was found, or no flow could be opened.
  package mutating func failUnsent(
    _ failure: AttemptFailure,
    at now: Instant,
    using random: inout some RandomNumberGenerator,
    into actions: inout [Action]
  ) {
    guard case .queued = state else { return }
    lastCode = nil
    fail(failure, .backOff, at: now, using: &random, into: &actions)
  }

  /// How long a failure keeps the registration waiting.
  enum Pause: Equatable {
    case backOff
    /// Seconds that the server named.
    case after(UInt32)
    case hold
  }

  private mutating func succeed(
    _ answer: RegisterAnswer,
    purpose: RegisterRequest.Purpose,
    schedule: RefreshSchedule,
    at now: Instant,
    using random: inout some RandomNumberGenerator,
    into actions: inout [Action]
  ) {
    authenticator.attemptSucceeded()
    switch purpose {
    case .fetch:
      state = .ended
      failure = nil
      redirection?.settle()
      finish(into: &actions)
    case .unbind:
      if case .ours = answer.listing {
        if answer.isAmended { return actions.append(.sendAgain) }
        fail(.stillBound, .backOff, at: now, using: &random, into: &actions)
      } else {
        absent(into: &actions)
      }
    case .bind:
      guard case .ours(let expires) = answer.listing else {
        bound = nil
        return fail(.notBound, .backOff, at: now, using: &random, into: &actions)
      }
      let unnamed =
        answer.hasMalformedExpires
        ? min(lifetime(for: .bind), RegistrationMachine.unreadableLifetime) : lifetime(for: .bind)
      let granted = expires ?? answer.expires ?? unnamed
      guard granted > 0 else {
        // Listed, and for no time at all: taken as bound, it would be refreshed without end.
        bound = nil
        return fail(.notBound, .backOff, at: now, using: &random, into: &actions)
      }
      bound = Bound(expiresAt: now + .seconds(Int64(granted)), granted: granted)
      failure = nil
      failures = 0
      unclearUntil = nil
      isAttemptUnclear = false
      redirection?.settle()
      // A former contact is still listed, and can go now.
      if answer.isAmended { return actions.append(.sendAgain) }
      let delay = schedule.delay(granted: granted, lead: answer.refreshLead, using: &random)
      state = .resting(until: now + delay)
      finish(into: &actions)
    }
  }

  /// What a lifetime that cannot be read counts for, in seconds (RFC 3261, 10.2.1.1), unless less was asked for.
  private static let unreadableLifetime: UInt32 = 3600

  /// Nothing of ours is bound any more: the end of an unregister.
  private mutating func absent(into actions: inout [Action]) {
    bound = nil
    mayBeBound = false
    unclearUntil = nil
    isAttemptUnclear = false
    failure = nil
    failures = 0
    redirection?.settle()
    state = .ended
    finish(into: &actions)
  }

  private mutating func challenged(
    _ challenges: [ParsedChallenge],
    by role: ChallengeRole,
    at now: Instant,
    using random: inout some RandomNumberGenerator,
    into actions: inout [Action]
  ) {
    switch authenticator.receive(challenges, from: role) {
    case .retry: actions.append(.sendAgain)
    case .noCredential(let realm, let algorithms):
      // Asked for first: whoever is asking tells of the failure only once there is no credential to be had.
      actions.append(.askCredential(realm: realm, algorithms: algorithms))
      fail(.noCredential(realm: realm), .hold, at: now, using: &random, into: &actions)
    case .tokenRefused(let realm, let error):
      actions.append(.askCredential(realm: realm, algorithms: []))
      fail(.tokenRefused(realm: realm, error: error), .hold, at: now, using: &random, into: &actions)
    case .rejected(let realm):
      fail(.credentialRejected(realm: realm), .hold, at: now, using: &random, into: &actions)
    case .unusable(let offered):
      fail(
        .unusableChallenge(offered),
        challenges.isEmpty ? .backOff : .hold,
        at: now,
        using: &random,
        into: &actions
      )
    case .tooManyRounds:
      fail(
        .unusableChallenge("challenged again and again"),
        .backOff,
        at: now,
        using: &random,
        into: &actions
      )
    }
  }

  /// The longest lifetime that a 423 may make us ask for, in seconds.
  private static let longestMinimum: UInt32 = 86_400

  /// 423: ask for what the registrar wants, twice at most (RFC 3261, 10.2.8).
  ///
  /// To an unregister it is a fault of the server (10.3, step 7), and never a reason to ask for a longer time.
  private mutating func tooBrief(
    _ answer: RegisterAnswer,
    purpose: RegisterRequest.Purpose,
    at now: Instant,
    using random: inout some RandomNumberGenerator,
    into actions: inout [Action]
  ) {
    guard purpose == .bind, let minimum = answer.minExpires, minimum > lifetime(for: .bind),
      minimum <= max(settings.expires, RegistrationMachine.longestMinimum), briefRounds < 2
    else {
      let refused = AttemptFailure.intervalRefused(minimum: answer.minExpires)
      return fail(refused, .backOff, at: now, using: &random, into: &actions)
    }
    briefRounds += 1
    learnedMinimum = minimum
    actions.append(.sendAgain)
  }

  /// A 500 to a refresh may mean that the registrar has a higher CSeq than ours; after two in a row the
  /// next attempt goes under a new Call-ID (RFC 3261, 10.3 step 7).
  private mutating func noteServerError(_ code: UInt16, into actions: inout [Action]) {
    guard code == 500 else { return }
    serverErrors += 1
    guard serverErrors >= 2 else { return }
    serverErrors = 0
    actions.append(.renewCallID)
    restartSequence()
  }

  private mutating func restartSequence() {
    cseq = 0
    ceiling = RegistrationMachine.lastUsableCSeq
  }

  mutating func fail(
    _ reason: AttemptFailure,
    _ pause: Pause,
    at now: Instant,
    using random: inout some RandomNumberGenerator,
    into actions: inout [Action]
  ) {
    if let target = redirection?.next(at: now) { return follow(target, into: &actions) }
    endRedirection(into: &actions)
    failure = reason
    if failures < .max { failures += 1 }
    noteUnclearEnd(at: now)
    guard settings.retries else {
      state = .ended
      return finish(into: &actions)
    }
    let backOff = settings.backoff.delay(failures: Int(failures), using: &random)
    switch pause {
    case .backOff: state = .retrying(until: now + backOff)
    case .after(let seconds):
      // At once, once: a server that always says 0 is not asked without end.
      let isAtOnce = seconds == 0 && failures == 1
      state = .retrying(until: now + (isAtOnce ? .zero : max(spread(seconds, using: &random), backOff)))
    case .hold: state = .stalled(until: now + .seconds(Int64(settings.stalledProbe)))
    }
    finish(into: &actions)
  }

  /// The longest Retry-After that is honoured, in seconds.
  private static let longestWait: UInt32 = 3600

  /// The pause that a Retry-After asks for, longer by up to a half, so that all who were told the same do not
  /// come back in the same second.
  private func spread(_ seconds: UInt32, using random: inout some RandomNumberGenerator) -> Duration {
    let wait = Int64(min(seconds, RegistrationMachine.longestWait)) * 1000
    return .milliseconds(wait + Int64.random(in: 0...max(1000, wait / 2), using: &random))
  }

  /// The attempt is over. If something else is wanted by now, the next one is asked for at once: also after
  /// a time-out, for the registrar may have stored what we sent.
  private mutating func finish(into actions: inout [Action]) {
    let differs = isStale
    isStale = false
    if goal == .unbound, state != .ended, !mayBeBound, bound == nil {
      state = .ended
      failure = nil
    } else if differs, settings.retries {
      state = .queued
      actions.append(.queue)
    }
    actions.append(.changed)
    arm(into: &actions)
  }
}

// MARK: - Time

extension RegistrationMachine {
  /// The timer that `arm` asked for has fired.
  package mutating func timerFired(at now: Instant, into actions: inout [Action]) {
    if let binding = bound, binding.expiresAt <= now {
      bound = nil
      forgetLapsed(at: now)
      mayBeBound = mayBeBound || isSending
      actions.append(.changed)
      if goal == .unbound, !mayBeBound {
        state = .ended
        failure = nil
        return
      }
    }
    switch state {
    case .resting(let until), .retrying(let until), .stalled(let until):
      if until <= now || (bound == nil && state == .resting(until: until)) { ask(at: now, into: &actions) }
    case .idle, .queued, .sent, .ended: break
    }
    arm(into: &actions)
  }

  /// When this registration acts next by itself, or nil.
  package var nextAttempt: Instant? {
    switch state {
    case .resting(let until), .retrying(let until), .stalled(let until): until
    case .idle, .queued, .sent, .ended: nil
    }
  }

  func arm(into actions: inout [Action]) {
    let deadlines = [nextAttempt, bound?.expiresAt].compactMap { $0 }
    if let first = deadlines.min() { actions.append(.arm(first)) } else { actions.append(.disarm) }
  }
}
