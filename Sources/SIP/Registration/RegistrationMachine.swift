/// One registration at one registrar: when a REGISTER is due, what it asks for, and what its answer means
/// (RFC 3261, 10.2).
///
///     idle ──▶ queued ──▶ sent ──▶ resting ──▶ queued … (refresh)
///                ▲          ├────▶ retrying ─▶ queued   (5626, 4.5)
///                │          ├────▶ stalled ──▶ queued   (slow probe)
///                └──────────┴────▶ ended                (unregistered, or asked)
///
/// It never has two REGISTERs on their way (10.2): what is wanted meanwhile is remembered, and the next
/// request asks for the latest. It holds no bytes and no addresses; the engine gives it a turn with `begin`,
/// and writes what it is handed.
package struct RegistrationMachine: Sendable {
  package enum Goal: Equatable, Sendable {
    /// Not to be touched: nothing is sent.
    case none
    case bound
    case unbound
    /// To know the registrar's list; ends with the answer.
    case listed
  }

  package enum State: Equatable, Sendable {
    case idle
    case queued
    case sent(RegisterRequest.Purpose)
    case resting(until: Instant)
    case retrying(until: Instant)
    case stalled(until: Instant)
    case ended
  }

  package enum Action: Equatable, Sendable {
    /// Give this registration a turn as soon as its registrar's pace allows.
    case queue
    /// Call `begin` at once, within the same turn: an answer to a challenge or a 423.
    case sendAgain
    /// Requests go to this target from now on; this turn is over, and `queue` follows.
    case redirect(RedirectTarget)
    /// Requests go to the registrar again.
    case endRedirect
    /// Choose the next server of the registrar, then `sendAgain`; if there is none, call `serversExhausted`.
    case tryNextServer
    case arm(Instant)
    case disarm
    /// No stored credential matches: ask for one, and give it to `supply`.
    case askCredential(realm: String, algorithms: [DigestAlgorithm])
    /// Write the next REGISTER under a new Call-ID.
    case renewCallID
    /// State, binding or failure changed: tell who watches.
    case changed
  }

  /// The binding as the registrar last confirmed it.
  package struct Bound: Equatable, Sendable {
    package var expiresAt: Instant
    package var granted: UInt32

    package init(expiresAt: Instant, granted: UInt32) {
      self.expiresAt = expiresAt
      self.granted = granted
    }
  }

  /// What an account sets; times in seconds.
  package struct Settings: Equatable, Sendable {
    package var expires: UInt32
    package var backoff: Backoff
    package var stalledProbe: UInt32
    /// False for a request that ends with its first failure: a query, a withdrawal.
    package var retries: Bool

    package init(
      expires: UInt32 = 3600,
      backoff: Backoff = Backoff(),
      stalledProbe: UInt32 = 3600,
      retries: Bool = true
    ) {
      self.expires = expires
      self.backoff = backoff
      self.stalledProbe = stalledProbe
      self.retries = retries
    }
  }

  package internal(set) var state: State = .idle
  package internal(set) var goal: Goal = .none
  package internal(set) var bound: Bound?
  package internal(set) var failure: AttemptFailure?
  package internal(set) var lastCode: UInt16?
  package internal(set) var cseq: UInt32
  package var ceiling: UInt32
  package var settings: Settings
  package var authenticator: Authenticator

  /// Where redirects have led; nil while requests go to the registrar itself.
  package internal(set) var redirection: Redirection?
  /// The least lifetime that the registrar told us with a 423; kept for later requests.
  package internal(set) var learnedMinimum: UInt32 = 0
  /// A REGISTER with our contact went out, and no answer has told us that it is not bound.
  package internal(set) var mayBeBound = false
  /// How long what was never confirmed may be bound at most; nil where every attempt had a clear end.
  var unclearUntil: Instant?
  /// A request of the present attempt may have been stored, whatever is answered to a later one.
  var isAttemptUnclear = false
  /// What is wanted has changed since the request on its way was written.
  var isStale = false
  var failures: UInt8 = 0
  var briefRounds: UInt8 = 0
  var serverErrors: UInt8 = 0
  /// Connections in a row that were lost soon after they had carried a registration.
  var lostFlows: UInt8 = 0
  /// The Retry-After of an answer after which another server is tried first.
  var pendingWait: UInt32?

  package init(lastCSeq: UInt32, ceiling: UInt32, settings: Settings, authenticator: Authenticator) {
    cseq = lastCSeq
    self.ceiling = ceiling
    self.settings = settings
    self.authenticator = authenticator
  }
}

// MARK: - What is wanted

extension RegistrationMachine {
  /// Takes over a binding that an earlier process made: nothing is sent before `refreshAt`.
  package mutating func resume(_ binding: Bound, refreshAt: Instant, into actions: inout [Action]) {
    bound = binding
    goal = .bound
    mayBeBound = true
    state = .resting(until: refreshAt)
    actions.append(.changed)
    arm(into: &actions)
  }

  /// Assumes that a registrar may hold a binding of ours, for so long: an earlier process sent a REGISTER and
  /// did not learn what came of it.
  package mutating func assumeBound(until end: Instant) {
    mayBeBound = true
    unclearUntil = end
  }

  /// Sets the goal. Wanting what is already so sends nothing.
  package mutating func want(_ goal: Goal, at now: Instant, into actions: inout [Action]) {
    guard goal != self.goal else { return }
    self.goal = goal
    failures = 0
    if bound == nil, !isSending { forgetLapsed(at: now) }
    switch goal {
    case .none: return
    case .unbound where !mayBeBound && bound == nil && !isSending:
      state = .ended
      failure = nil
      actions.append(.disarm)
      actions.append(.changed)
    case .bound, .unbound, .listed:
      ask(at: now, into: &actions)
    }
  }

  /// Asks for one REGISTER, as soon as it may be sent: a field that the wire shows has changed, or somebody
  /// asked for a refresh. A stalled or retrying registration starts over.
  package mutating func touch(at now: Instant, into actions: inout [Action]) {
    guard goal == .bound || (goal == .unbound && state != .ended) else { return }
    failures = 0
    ask(at: now, into: &actions)
  }

  /// Gives the credential that was asked for; nil: there is none.
  package mutating func supply(_ credential: Credential?, at now: Instant, into actions: inout [Action]) {
    guard let credential else { return }
    if credential.token != nil {
      authenticator.replaceToken(credential)
    } else {
      authenticator.replaceCredentials(authenticator.credentials + [credential])
    }
    touch(at: now, into: &actions)
  }

  /// The master's binding is gone, or a master is missing: nothing new is sent until `want` or `touch`.
  package mutating func hold(into actions: inout [Action]) {
    switch state {
    case .queued: state = .idle
    case .idle, .sent, .resting, .retrying, .stalled, .ended: break
    }
  }

  /// The request on its way went to where nobody should be asked any more: the next one takes its turn anew.
  package mutating func requeue(into actions: inout [Action]) {
    guard isSending else { return }
    noteUnclearRequest()
    state = .queued
    actions.append(.queue)
  }

  package var isSending: Bool {
    if case .sent = state { return true }
    return false
  }

  mutating func ask(at now: Instant, into actions: inout [Action]) {
    switch state {
    case .sent: isStale = true
    case .queued: break
    case .idle, .resting, .retrying, .stalled, .ended:
      if goal == .bound, redirection?.isOver(at: now) == true { endRedirection(into: &actions) }
      state = .queued
      actions.append(.queue)
    }
  }
}

// MARK: - Sending

extension RegistrationMachine {
  /// The turn has come: the REGISTER to write, or nil if nothing is to be sent any more.
  package mutating func begin(at now: Instant, into actions: inout [Action]) -> RegisterRequest? {
    let purpose: RegisterRequest.Purpose
    switch goal {
    case .none: return nil
    case .bound: purpose = .bind
    case .unbound: purpose = .unbind
    case .listed: purpose = .fetch
    }
    switch state {
    case .queued:
      authenticator.beginAttempt()
      briefRounds = 0
    case .sent: break
    case .idle, .resting, .retrying, .stalled, .ended: return nil
    }
    if cseq >= min(ceiling, RegistrationMachine.lastUsableCSeq) {
      actions.append(.renewCallID)
      cseq = 0
      ceiling = RegistrationMachine.lastUsableCSeq
    }
    cseq += 1
    isStale = false
    let wasSent = isSending
    state = .sent(purpose)
    if purpose == .bind { mayBeBound = true }
    if !wasSent { actions.append(.changed) }
    arm(into: &actions)
    return RegisterRequest(purpose: purpose, cseq: cseq, expires: lifetime(for: purpose))
  }

  /// CSeq numbers stay below 2^31 (RFC 3261, 8.1.1.5).
  static let lastUsableCSeq: UInt32 = 0x7fff_fffe

  func lifetime(for purpose: RegisterRequest.Purpose) -> UInt32 {
    switch purpose {
    case .bind: max(settings.expires, learnedMinimum)
    case .unbind, .fetch: 0
    }
  }
}
