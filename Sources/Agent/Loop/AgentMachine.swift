import Reconcile
import SIP

/// The resident loop without its hands: what an agent does next, and when.
///
///     idle ─ new files, drift, a master's success ─▶ asking ─▶ planning ─▶ running
///      ▲                                                          │           │
///      └──────────────────────── nothing to do, refused, finished ┴───────────┘
///
/// Files are read at any time. What they change waits while a plan is carried out, and then the newest
/// desired state counts. What the engine does by itself meanwhile (refreshes, retries, probes) goes
/// on in every state, and a plan leaves alone what the engine is still trying as declared.
struct AgentMachine: Sendable {
  enum Action: Equatable, Sendable {
    /// Read the files, then call `loaded`.
    case load
    /// Ask registrars about these accounts, then call `answered`.
    case ask([AccountID])
    /// Read the rows, plan with these answers and what `exclusions` says, then call `planned`.
    case plan([AccountID: LiveState])
    /// Plan the removal of all that is owned, then call `planned`.
    case planRemoval
    /// Bring rows up to date with these events.
    case record([RegistrationEvent])
    /// What failed before has succeeded: write the declared account into the row of each.
    case settle([AccountID])
    /// The wall clock was set: move the expiry and refresh times of all rows with it.
    case shiftRows(by: Duration)
    case perform(EngineRun.Action)
    case note(AgentNotice)
    /// Keep these suspensions in the state, and drop those that have ended.
    case keep([Suspension], ended: [AccountID])
    case suspend([AccountID])
    case resume([AccountID])
    /// Tell whoever asked under this number.
    case answer(Int, AgentAnswer)
    /// Everything is written: leave.
    case end(AgentExit)
  }

  enum State: Sendable {
    case idle
    case asking
    case planning
    case running(EngineRun)
    /// Told to stop; a run removes the bindings where that was asked for.
    case stopping(AgentSignal.StopCause, EngineRun?)
    case ended
  }

  /// What is to be done once there is time.
  struct Wants: OptionSet {
    let rawValue: UInt8
    static let load = Wants(rawValue: 1)
    static let drift = Wants(rawValue: 2)
    static let plan = Wants(rawValue: 4)
  }

  let settings: AgentSettings
  var state = State.idle
  var isLoading = false
  /// Someone asked for the reading that comes next: what it finds is told in any case.
  var isReadingAskedFor = false
  /// What the present run carries out.
  var running: Reconciliation?
  var wants: Wants = []
  var debounce: WatchDebounce
  var debounceAt: Instant?
  /// The last valid reading of the files.
  var inForce: LoadedDesired?
  /// What the engine was given when it began.
  var started: (EngineSettings, [RegistrarLimits])?
  var secrets: [AccountID: String] = [:]
  /// Why nothing newer can be had from where the files come from.
  var sourceFailure: String?
  /// What is wrong with the files now, while an earlier reading is in force.
  var rejected: [Diagnostic] = []
  var refusals: [Refusal] = []
  var activities: AccountTable<AccountActivity> = [:]
  var residents: Set<AccountID> = []
  /// Accounts that wait for a master; its success makes a plan worth while.
  var blocked: Set<AccountID> = []
  /// True until the first run has given the engine what was bound before.
  var holdsUnchanged = true
  /// The last event of each account whose row is not written yet.
  var unwritten: [AccountID: RegistrationEvent] = [:]
  var lastRecord: Instant
  /// When the run was last given time.
  var lastTick: Instant
  var lastProgress: Instant
  var nextLookAt: Instant?
  var planRetry = PlanRetry()
  /// What people asked for and was not begun yet, in order.
  var requests: [Ticket] = []
  /// The request whose plan is being made or carried out.
  var current: (Int, RunRequest)?
  /// Accounts that are left alone, by their declared names, and when that ends.
  var suspensions: [AccountID: Suspension] = [:]
  var suspensionEnds: [AccountID: Instant] = [:]
  var counters = AgentCounters()
  /// Accounts that were told to be stalled.
  var toldStalled: Set<AccountID> = []
  /// When a stop has had its time, or its dependents their share of it.
  var stopAt: Instant?
  /// How a stop shares its time: dependents hold their masters up for one share at most.
  var removal: RemovalTime?

  static let recordInterval = EngineRun.writeInterval

  init(settings: AgentSettings, at now: Instant) {
    self.settings = settings
    debounce = WatchDebounce(quiet: settings.quiet, longest: settings.longestQuiet)
    lastRecord = now
    lastTick = now
    lastProgress = now
  }

  // MARK: What wakes it

  mutating func start(at now: Instant) -> [Action] {
    wants.insert(.load)
    return goOn(at: now)
  }

  /// A file may have changed.
  mutating func fileEvent(at now: Instant) -> [Action] { take(debounce.fileEvent(at: now), at: now) }

  /// A person wants the files read now.
  mutating func reload(at now: Instant) -> [Action] {
    isReadingAskedFor = true
    return take(debounce.readNow(), at: now)
  }

  /// Nothing tells of changes where the files come from: it is looked at.
  mutating func poll(at now: Instant) -> [Action] {
    wants.insert(.load)
    return goOn(at: now)
  }

  mutating func timerFired(at now: Instant) -> [Action] {
    var actions: [Action] = []
    if let due = debounceAt, due <= now {
      debounceAt = nil
      actions += take(debounce.timerFired(at: now), at: now)
    }
    if let due = nextLookAt, due <= now {
      nextLookAt = lookTime(after: now)
      // The files too: an event of theirs may have been lost.
      wants.formUnion([.load, .drift])
      actions += goOn(at: now)
    }
    let resumed = endDueSuspensions(at: now)
    if !resumed.isEmpty { actions += resumed + goOn(at: now) }
    if planRetry.isDue(at: now) {
      wants.insert(.plan)
      actions += goOn(at: now)
    }
    if now - lastRecord >= AgentMachine.recordInterval { actions += record(at: now) }
    return actions
  }

  /// True while a plan is carried out.
  var hasRun: Bool {
    switch state {
    case .running, .stopping(_, .some): true
    case .idle, .asking, .planning, .stopping(_, nil), .ended: false
    }
  }

  private mutating func take(_ actions: [WatchDebounce.Action], at now: Instant) -> [Action] {
    for action in actions {
      switch action {
      case .wake(let instant): debounceAt = instant
      case .read:
        debounceAt = nil
        wants.insert(.load)
      }
    }
    return goOn(at: now)
  }

  /// Begins what is wanted most, if nothing else is on its way.
  mutating func goOn(at now: Instant) -> [Action] {
    var actions: [Action] = []
    if wants.contains(.load), !isLoading, !isStopping {
      wants.remove(.load)
      isLoading = true
      actions.append(.load)
    }
    // A look that comes with a reading waits for it.
    guard case .idle = state, !isLoading, let desired = inForce?.desired else { return actions }
    while case .idle = state, let begun = beginRequest(at: now) { actions += begun }
    guard case .idle = state else { return actions }
    if wants.contains(.drift) {
      wants.subtract([.drift, .plan])
      return actions + ask(about: desired, at: now)
    }
    if wants.contains(.plan) {
      wants.remove(.plan)
      return actions + plan([:], at: now)
    }
    return actions
  }

  /// Plans with rows that hold all that was heard.
  mutating func plan(_ live: [AccountID: LiveState], at now: Instant) -> [Action] {
    state = .planning
    return record(at: now, evenNow: true) + [.plan(live)]
  }

  /// True once it was told to stop.
  var isStopping: Bool {
    switch state {
    case .stopping, .ended: true
    case .idle, .asking, .planning, .running: false
    }
  }

  // MARK: Looking and planning

  /// Asks about bound accounts of which nothing was heard for a while.
  private mutating func ask(about desired: DesiredState, at now: Instant) -> [Action] {
    let interval = Duration.seconds(Int(desired.policy.interval))
    let suspended = suspended
    var ids: [AccountID] = []
    for declared in desired.accounts where declared.account.register {
      let id = declared.account.id
      if !suspended.isEmpty, suspended[declared.account.declaredID] != nil { continue }
      guard let activity = activities[id], activity.isBound else { continue }
      // What others have bound is to go, and a question is what leads to that.
      let isCrowded = declared.account.exclusive && !activity.foreign.isEmpty
      if !isCrowded, let heardAt = activity.heardAt, now - heardAt < interval { continue }
      ids.append(id)
    }
    guard !ids.isEmpty else { return plan([:], at: now) }
    state = .asking
    return [.ask(ids)]
  }

  mutating func answered(_ live: [AccountID: LiveState], at now: Instant) -> [Action] {
    guard case .asking = state else { return [] }
    return plan(live, at: now)
  }

  /// Accounts that a plan is to leave alone: the engine still tries what is declared. A person who asks for a plan
  /// wants them tried now.
  func exclusions() -> Set<AccountID> {
    guard current == nil, let desired = inForce?.desired else { return [] }
    let waiting = activities.ids { $0.failedAttempt != nil }
    guard !waiting.isEmpty else { return [] }
    var left: Set<AccountID> = []
    for declared in desired.accounts where waiting.contains(declared.account.id) && declared.account.register
    {
      let id = declared.account.id
      guard residents.contains(id), activities[id]?.failedAttempt == attempt(declared.account) else {
        continue
      }
      left.insert(id)
    }
    return left
  }

  func attempt(_ account: Account) -> AccountActivity.Attempt {
    AccountActivity.Attempt(account: AccountFingerprint(account), secrets: secrets[account.id])
  }

  /// What was tried last for an account, as far as it is declared the same now.
  func isTried(_ id: AccountID, _ attempt: AccountActivity.Attempt) -> Bool {
    inForce?.desired?.accounts.first { $0.account.id == id }.map { self.attempt($0.account) == attempt }
      ?? false
  }

  mutating func planned(
    _ work: Reconciliation,
    at now: Instant,
    time: Timestamp,
    using random: inout some RandomNumberGenerator
  ) -> [Action] {
    switch state {
    case .planning: break
    case .stopping(let cause, nil): return remove(work, because: cause, at: now, time: time, using: &random)
    case .idle, .asking, .running, .stopping, .ended: return []
    }
    state = .idle
    if current != nil { return plannedRequest(work, at: now, time: time, using: &random) }
    let isNews = refusals != work.plan.refusals
    refusals = work.plan.refusals
    noteBlocked(by: work.plan)
    takeNames(of: work.desired)
    var actions = driftAlerts(work.plan)
    actions += isNews && !refusals.isEmpty ? [.note(.refused(refusals))] : []
    actions += tryAgain(besides: work)
    guard refusals.isEmpty || holdsUnchanged, !work.plan.isEmpty || holdsUnchanged else {
      return actions + goOn(at: now)
    }
    let work = refusals.isEmpty ? work : AgentMachine.holding(work)
    return actions + carryOut(work, at: now, time: time, using: &random)
  }

  mutating func carryOut(
    _ work: Reconciliation,
    at now: Instant,
    time: Timestamp,
    using random: inout some RandomNumberGenerator
  ) -> [Action] {
    var work = work
    work.residents = residents
    work.suspended = Set(suspended.keys)
    work.holdsUnchanged = holdsUnchanged
    work.cseqBlock = settings.cseqBlock
    if holdsUnchanged { takeBindings(of: work.observed, at: now) }
    holdsUnchanged = false
    var actions: [Action] = []
    if !work.plan.isEmpty {
      actions.append(
        .note(.began(digest: work.plan.digest, changes: work.plan.changes.count, commit: inForce?.commit))
      )
    }
    return actions + begin(work, at: now, time: time, using: &random) { .running($0) }
  }

  /// What a refused plan leaves to do at the start: to hold what is bound, as it was registered.
  private static func holding(_ work: Reconciliation) -> Reconciliation {
    var work = work
    work.plan.changes = []
    work.desired.accounts = work.observed.owned.filter { $0.phase == .bound }.map { row in
      var account = row.account
      account.register = true
      return DesiredAccount(account)
    }
    return work
  }

  mutating func begin(
    _ work: Reconciliation,
    at now: Instant,
    time: Timestamp,
    using random: inout some RandomNumberGenerator,
    as next: (EngineRun) -> State
  ) -> [Action] {
    lastProgress = now
    lastTick = now
    running = work
    var run = EngineRun(work, startingAt: now, time: time)
    let actions = run.start(at: now, using: &random)
    state = next(run)
    return performed(actions, at: now)
  }

  /// Accounts that the plan leaves out because a master is not registered.
  private mutating func noteBlocked(by plan: Plan) {
    blocked = Set(plan.kept.lazy.filter { $0.action == .register }.map(\.account))
  }

  /// What the engine is about to hold is bound already, and it will not say so.
  private mutating func takeBindings(of observed: ObservedState, at now: Instant) {
    activities.reserveCapacity(observed.owned.count)
    for row in observed.owned.indices where observed.owned[row].phase == .bound {
      guard observed.owned[row].mayBeBound(at: observed.at) else { continue }
      var activity = AccountActivity()
      activity.state = .ok
      activity.code = observed.owned[row].lastCode
      activity.expiresAt = observed.owned[row].expiresAt
      activity.nextAt = observed.owned[row].refreshAt.map { now + ($0 - observed.at) }
      activity.heardAt = now
      activities[observed.owned[row].account.id] = activity
    }
  }
}
