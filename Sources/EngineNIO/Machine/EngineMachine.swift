import DequeModule
import Reconcile
import SIP

/// All registrations of an engine, as values in and actions out: no socket, clock or task.
///
/// Slots, exchanges, lanes and flows are numbered rows of flat arrays. An answer finds its exchange by the
/// number in its Via branch; a timer is a number in a wheel; a million accounts are a million slots.
struct EngineMachine {
  /// What the shell is to do.
  enum Action {
    /// Ask the name servers, and call `answered`.
    case look(DNSQuery)
    /// Tell a person that something about a registrar's records is not as it should be.
    case warn(EngineWarning)
    /// To be kept for later runs.
    case learnt(ServerChallenge)
    /// Open the flow of this number, and call `opened` or `flowFailed`.
    case open(flow: Int)
    /// End the flow, without another word about it.
    case close(flow: Int)
    /// Send a keep-alive.
    case ping(flow: Int)
    /// Send the bytes of this exchange.
    case send(flow: Int, exchange: Int)
    /// Answer a request that came to us.
    case answer(Arrival, [UInt8], to: Endpoint)
    /// Ask the credential provider, and call `supply`.
    case ask(CredentialRequest)
    case queryEnded(ticket: Int, position: Int, LiveState)
    case withdrawalEnded(ticket: Int, position: Int, WithdrawalResult)
  }

  /// How a message came to us.
  enum Arrival: Equatable {
    /// As a datagram, to the socket that hears everybody.
    case listener
    case flow(Int)
    /// Over a connection that the other side opened, by its own number.
    case accepted(Int)
  }

  struct Settings {
    var userAgent: String?
    /// What contacts show in place of our own address.
    var advertise: (host: Host, port: UInt16?)?
    /// Contacts that would be our own address show where the server sees us.
    var learnsContacts = false
    /// The engine stays, so that bindings are refreshed without a push (RFC 8599, 4.1.4).
    var stays = false
    /// Servers may ask for less traffic (RFC 7339).
    var offersOverloadControl = false
    var timers = TransactionTimers()
    var limits: [RegistrarLimits] = []
    /// Where everything is sent, whatever the accounts say: the sandbox.
    var onlyServer: Target.Server?
    /// How TLS trusts where an account does not say.
    var tls: TLSSettings?
    /// `;transport=tls` stands in contacts over TLS, which deployed proxies need.
    var namesTLS = true
    /// Whether the records of public names may lead to this machine.
    var localAddresses = LocalAddresses.refuse
    var challenges = ChallengePolicy()
    /// What servers asked for in earlier runs.
    var knownChallenges: [ServerChallenge] = []
  }

  var settings: Settings
  let schedule: RefreshSchedule
  var random: RandomSource
  var slots: [Slot] = []
  var freeSlots: [Int] = []
  var exchanges: [Exchange] = []
  var freeExchanges: [Int] = []
  var lanes: [Lane] = []
  var flows: [Flow] = []
  var slotByAccount: [AccountID: Int] = [:]
  var firstSlotByIdentity: [Int: Int] = [:]
  var laneByKey: [Lane.Key: Int] = [:]
  var flowByKey: [Flow.Key: Int] = [:]
  var locator: ServerLocator
  var health: ServerHealth
  /// The servers that have spoken of their load.
  var overload: [Target.Server: OverloadControl] = [:]
  var challengeMemory: ChallengeMemory
  var slotTimers: TimerWheel
  var exchangeTimers: TimerWheel
  var laneTimers: TimerWheel
  /// When flows are to be kept alive.
  var flowTimers: TimerWheel
  /// Where connections to us are accepted; nil until that is tried, and where it failed.
  var streamPort: UInt16?
  /// Where we are reached; nil where contacts stay as they once were.
  var own: OwnAddress?
  var due: [UInt32] = []
  var markedLanes: [Int] = []
  /// Changes of state since the shell took them.
  var events: [RegistrationEvent] = []
  var actions: [Action] = []
  var index = MessageIndex()
  var writer = ResponseWriter()
  /// Reused while a registration is stepped, so that stepping allocates nothing.
  var scratch: [[RegistrationMachine.Action]] = []
  /// The shape that was made last: the next often shares bytes with it.
  var lastShape: RequestShape?
  var defaultAccount: AccountID?
  /// What the 2xx to a question listed, until its turn ends.
  var listings: [Int: [Binding]] = [:]
  /// What registrars granted to the accounts that ask for GRUUs, by slot.
  var gruus: [Int: GrantedGRUUs] = [:]
  /// What registrars said beside the bindings, by slot, where they said anything.
  var notices: [Int: RegistrarNotice] = [:]
  /// Where calls to a user are redirected to; nil until it is needed after accounts have changed.
  var redirectTargets: [String: SIPURI]?
  /// Dependents whose master the engine does not have at present, by its name.
  var orphans: [AccountID: [Int]] = [:]
  /// Masters whose dependents are still to be looked at; one call of `wakeDependents` works through it.
  var waking = Deque<Int>()
  var isWaking = false
  /// How many requests of strangers may still be answered.
  var strangers: AnswerAllowance
  /// Answers that no request of ours waits for.
  var strayAnswers = 0
  /// Messages that were no SIP, or not well-formed.
  var droppedMessages = 0

  init(settings: Settings, random: RandomSource, at now: Instant) {
    self.settings = settings
    locator = ServerLocator(
      supported: EngineMachine.spokenTransports,
      rules: ServerRules(localAddresses: settings.localAddresses)
    )
    self.random = random
    schedule = RefreshSchedule(timers: settings.timers)
    challengeMemory = ChallengeMemory(settings.knownChallenges)
    health = ServerHealth(timers: settings.timers)
    strangers = AnswerAllowance(at: now)
    slotTimers = TimerWheel(origin: now)
    exchangeTimers = TimerWheel(origin: now)
    laneTimers = TimerWheel(origin: now)
    flowTimers = TimerWheel(origin: now)
  }

  /// How many requests wait for their answers.
  var requestsInFlight: Int { exchanges.count - freeExchanges.count }

  /// What name servers may send us to, the one to prefer where they do not say first.
  static let spokenTransports = Transport.allCases

  /// When `timersFired` is to be called next.
  ///
  /// Mutating only so that the caller does not copy the machine to ask it.
  var nextDeadline: Instant? {
    mutating get {
      let first = EngineMachine.earlier(slotTimers.nextDeadline, exchangeTimers.nextDeadline)
      let second = EngineMachine.earlier(laneTimers.nextDeadline, flowTimers.nextDeadline)
      return EngineMachine.earlier(first, second)
    }
  }

  private static func earlier(_ one: Instant?, _ other: Instant?) -> Instant? {
    guard let one, let other else { return one ?? other }
    return min(one, other)
  }

  /// The clock has reached `nextDeadline`.
  mutating func timersFired(at now: Instant) {
    due.removeAll(keepingCapacity: true)
    exchangeTimers.advance(to: now, into: &due)
    let exchangesDue = due
    due.removeAll(keepingCapacity: true)
    for exchange in exchangesDue { exchangeTimerFired(Int(exchange), at: now) }
    slotTimers.advance(to: now, into: &due)
    let slotsDue = due
    due.removeAll(keepingCapacity: true)
    for slot in slotsDue {
      slots[Int(slot)].hasSuppliedInVain = false
      step(Int(slot), at: now) { $0.timerFired(at: now, into: &$2) }
    }
    laneTimers.advance(to: now, into: &due)
    for lane in due { mark(Int(lane)) }
    due.removeAll(keepingCapacity: true)
    flowTimers.advance(to: now, into: &due)
    let flowsDue = due
    for flow in flowsDue { keepAliveTimerFired(Int(flow), at: now) }
    pump(at: now)
  }

  /// Steps one registration and carries out its actions.
  mutating func step(
    _ slot: Int,
    at now: Instant,
    bindings: [Binding] = [],
    _ body: (inout RegistrationMachine, inout RandomSource, inout [RegistrationMachine.Action]) -> Void
  ) {
    var list = scratch.popLast() ?? []
    list.removeAll(keepingCapacity: true)
    body(&slots[slot].registration, &random, &list)
    for action in list { perform(action, for: slot, bindings: bindings, at: now) }
    scratch.append(list)
  }

  private mutating func perform(
    _ action: RegistrationMachine.Action,
    for slot: Int,
    bindings: [Binding],
    at now: Instant
  ) {
    switch action {
    case .queue: enqueue(slot, at: now)
    case .sendAgain: sendAgain(slot, at: now)
    case .redirect(let target): redirect(slot, to: target, at: now)
    case .endRedirect: aim(slot)
    case .tryNextServer: tryNextServer(slot, at: now)
    case .arm(let deadline): slotTimers.schedule(UInt32(slot), at: deadline)
    case .disarm: slotTimers.cancel(UInt32(slot))
    case .askCredential(let realm, let algorithms): askCredential(slot, realm: realm, algorithms: algorithms)
    case .renewCallID: renewCallID(of: slot)
    case .changed: changed(slot, bindings: bindings, at: now)
    }
  }

  private mutating func askCredential(_ slot: Int, realm: String, algorithms: [DigestAlgorithm]) {
    guard case .account = slots[slot].role, slots[slot].askedRealm == nil, !slots[slot].hasSuppliedInVain
    else { return }
    slots[slot].askedRealm = realm
    actions.append(
      .ask(CredentialRequest(account: slots[slot].account.id, realm: realm, algorithms: algorithms))
    )
  }

  /// The provider's answer to `ask`, however late: the account may be another by now, or gone.
  mutating func supply(_ credential: Credential?, for request: CredentialRequest, at now: Instant) {
    guard let slot = slotByAccount[request.account], slots[slot].askedRealm == request.realm else { return }
    slots[slot].askedRealm = nil
    let isRefused = credential?.token.map { slots[slot].registration.authenticator.hasToken($0) } ?? false
    let credential = isRefused ? nil : credential
    if credential != nil { slots[slot].hasSuppliedInVain = true }
    step(slot, at: now) { $0.supply(credential, at: now, into: &$2) }
    if credential == nil { changed(slot, bindings: [], at: now) }
    pump(at: now)
  }
}
