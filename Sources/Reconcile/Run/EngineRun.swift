package import SIP

/// Carries a plan out on an engine: the machine between a `PlanRun`, an engine and a ledger.
///
/// What a `PlanRun` releases becomes calls of the engine, each after the ledger knows what is about to be
/// sent; what the engine tells becomes results of steps and rows of the ledger. The shell performs the
/// actions in their order. An agent that has an event loop of its own drives this machine from there.
package struct EngineRun: Sendable {
  package enum Action: Equatable, Sendable {
    case write([LedgerEntry])
    case forget([AccountID])
    case add([AccountAddition])
    /// Begin an edit of each, give it these values, and commit it.
    case edit([AccountEdit])
    case refresh([AccountID])
    /// Remove these bindings, without waiting for it; then call `withdrew` with the same steps.
    case withdraw([StepRef], [Withdrawal])
    case started(AccountID)
    case ended(Outcome)
    case finished(Report)
    /// What came before is on its way; call `goOn` for the steps that are still to begin.
    case goOn
  }

  /// A step that the engine is at work on.
  struct Active: Sendable {
    var ref: StepRef
    var callID: String
    /// True once the engine said that it sends: what it reports before belongs to an earlier attempt.
    var isSent: Bool
    /// The row's account is written with the result, for it changes.
    var changesAccount: Bool
  }

  private(set) var work: Reconciliation
  private(set) var origin: (instant: Instant, time: Timestamp)
  var run: PlanRun
  /// Each row that a step names, by its Call-ID, as a position in what was observed.
  let rowsByCallID: [String: Int]
  var accounts: RunAccounts
  /// The highest CSeq that this run has reserved for a registration that there was before, by Call-ID.
  var reservations: [String: UInt32] = [:]
  /// Rows that were adopted in this run.
  var adopted: [AccountID: OwnedRegistration] = [:]
  /// Those that this run has settled, by the name under which an account is declared.
  var instanceIDs: [AccountID: String] = [:]
  var entries: [LedgerEntry] = []
  var lastWrite: Instant
  /// What is to be written should not wait.
  var isWriteDue = false
  /// How often that was heeded since the last quiet time.
  var urgentWrites = 0
  var batch = EngineBatch()
  /// Steps that were released and have not begun: there is one `goOn` on its way while there are any.
  var waiting: [StepRef] = []
  /// How many calls are put together at present: few at first, so that registrars are busy soon.
  var batchLimit = 256

  /// At most this many accounts go to the engine, or entries to the ledger, in one call.
  static let chunk = 5000
  package static let writeInterval = Duration.milliseconds(200)
  /// A few accounts are written at once; of a fleet, whose writes would cost more than they save, only the first.
  static let mostUrgentWrites = 8

  package init(_ work: Reconciliation, startingAt instant: Instant, time: Timestamp) {
    self.work = work
    origin = (instant, time)
    lastWrite = instant
    run = PlanRun(work.plan, isLeaving: work.isLeaving)
    let (currentRows, rowsByCallID) = EngineRun.rows(in: work)
    self.rowsByCallID = rowsByCallID
    accounts = EngineRun.accounts(of: work, rows: currentRows)
  }

  private static func accounts(of work: Reconciliation, rows: [AccountID: Int]) -> RunAccounts {
    var accounts = RunAccounts()
    for id in work.residents { accounts[accounts.number(of: id)].isResident = true }
    guard !work.plan.changes.isEmpty || work.holdsUnchanged else { return accounts }
    accounts.reserveCapacity(work.desired.accounts.count)
    for position in work.desired.accounts.indices {
      let number = accounts.number(of: work.desired.accounts[position].account.id)
      accounts[number].position = Int32(position)
    }
    for (id, row) in rows { accounts[accounts.number(of: id)].row = Int32(row) }
    return accounts
  }

  private static func rows(in work: Reconciliation) -> ([AccountID: Int], [String: Int]) {
    let owned = work.observed.owned
    var current: [AccountID: Int] = [:]
    var byCallID: [String: Int] = [:]
    guard !work.plan.changes.isEmpty || work.holdsUnchanged else { return (current, byCallID) }
    current.reserveCapacity(owned.count)
    for row in owned.indices where owned[row].phase != .tombstone {
      let id = owned[row].account.id
      if let other = current[id], owned[other].updatedAt > owned[row].updatedAt { continue }
      current[id] = row
    }
    for desired in work.desired.accounts {
      guard let former = desired.account.movedFrom, current[desired.account.id] == nil,
        let row = current.removeValue(forKey: former)
      else { continue }
      current[desired.account.id] = row
    }
    let wanted = Set(work.plan.changes.lazy.flatMap(\.steps).compactMap(\.callID))
    for row in owned.indices where wanted.contains(owned[row].callID) { byCallID[owned[row].callID] = row }
    return (current, byCallID)
  }

  package mutating func start(at now: Instant, using random: inout some RandomNumberGenerator) -> [Action] {
    var actions: [Action] = []
    if work.holdsUnchanged { holdUnchanged(at: now) }
    take(run.start(at: now), at: now, using: &random, into: &actions)
    return actions
  }

  /// Begins the next of the steps that wait, while the engine is at work on those before.
  package mutating func goOn(at now: Instant, using random: inout some RandomNumberGenerator) -> [Action] {
    var actions: [Action] = []
    let steps = waiting
    waiting = []
    take([.begin(steps)], at: now, using: &random, into: &actions)
    return actions
  }

  /// Takes what the engine tells, in the order in which it did.
  package mutating func receive(
    _ events: [RegistrationEvent],
    at now: Instant,
    using random: inout some RandomNumberGenerator
  ) -> [Action] {
    var actions: [Action] = []
    var results: [(StepRef, StepResult)] = []
    for event in events {
      if let result = receive(event, at: now) { results.append(result) }
    }
    if !results.isEmpty {
      take(run.stepsEnded(results, at: now), at: now, using: &random, into: &actions)
    }
    writeIfDue(at: now, into: &actions)
    return actions
  }

  /// Takes the results of a `withdraw` action.
  package mutating func withdrew(
    _ refs: [StepRef],
    _ withdrawn: [WithdrawalResult],
    at now: Instant,
    using random: inout some RandomNumberGenerator
  ) -> [Action] {
    var actions: [Action] = []
    let results = zip(refs, withdrawn).map { ref, result in (ref, record(result, of: ref, at: now)) }
    take(run.stepsEnded(results, at: now), at: now, using: &random, into: &actions)
    writeIfDue(at: now, into: &actions)
    return actions
  }

  /// Takes the engine's refusal of a call for these accounts.
  package mutating func refused(
    _ accounts: [AccountID],
    with error: EngineError,
    at now: Instant,
    using random: inout some RandomNumberGenerator
  ) -> [Action] {
    var actions: [Action] = []
    let result = StepResult(failure: .transport(error.text), reason: error.text)
    var results: [(StepRef, StepResult)] = []
    for id in accounts {
      let number = self.accounts.number(of: id)
      self.accounts[number].isResident = false
      if let step = self.accounts[number].active { results.append((step.ref, result)) }
      self.accounts[number].active = nil
    }
    take(run.stepsEnded(results, at: now), at: now, using: &random, into: &actions)
    return actions
  }

  /// Ends the steps of accounts whose server asked to be left alone, as not started.
  package mutating func giveUp(
    _ held: [HeldAccount],
    at now: Instant,
    using random: inout some RandomNumberGenerator
  ) -> [Action] {
    var steps: [(StepRef, reason: String)] = []
    for account in held {
      guard let number = accounts.find(account.account), let step = accounts[number].active, !step.isSent
      else {
        continue
      }
      accounts[number].active = nil
      steps.append((step.ref, account.reason))
    }
    var actions: [Action] = []
    take(run.giveUp(steps, at: now), at: now, using: &random, into: &actions)
    return actions
  }

  /// Writes what has been waiting for long enough.
  package mutating func tick(at now: Instant) -> [Action] {
    var actions: [Action] = []
    writeIfDue(at: now, into: &actions)
    return actions
  }

  /// Lets the removals of the first waves go, whatever they still wait for.
  package mutating func release(
    throughWave wave: Int,
    at now: Instant,
    using random: inout some RandomNumberGenerator
  ) -> [Action] {
    var actions: [Action] = []
    take(run.release(throughWave: wave, at: now), at: now, using: &random, into: &actions)
    return actions
  }

  package mutating func deadlinePassed(
    at now: Instant,
    using random: inout some RandomNumberGenerator
  ) -> [Action] {
    var actions: [Action] = []
    let unsent = unsent
    waiting = []
    take(run.deadlinePassed(unsent: unsent, at: now), at: now, using: &random, into: &actions)
    return actions
  }

  package mutating func cancel(at now: Instant, using random: inout some RandomNumberGenerator) -> [Action] {
    var actions: [Action] = []
    let unsent = unsent
    waiting = []
    take(run.cancel(unsent: unsent, at: now), at: now, using: &random, into: &actions)
    return actions
  }

  /// The accounts that the engine has.
  package var residents: Set<AccountID> { accounts.residents }

  /// False if it was none.
  mutating func noLongerResident(_ id: AccountID) -> Bool {
    guard let number = accounts.find(id), accounts[number].isResident else { return false }
    accounts[number].isResident = false
    return true
  }

  func isResident(_ id: AccountID) -> Bool { accounts[id]?.isResident == true }

  /// The position of an account's row that is no tombstone.
  func currentRow(of id: AccountID) -> Int? { accounts[id]?.row.map { Int($0) } }

  /// Changes whose first REGISTER still waits, in the engine or here.
  private var unsent: Set<Int> {
    accounts.unsentChanges.union(waiting.lazy.filter { $0.step == 0 }.map(\.change))
  }

  /// A row as it was observed, with what was reserved and settled since.
  func row(at position: Int) -> OwnedRegistration {
    var row = work.observed.owned[position]
    if !instanceIDs.isEmpty, let id = instanceIDs[row.account.declaredID] { row.instanceID = id }
    if let reserved = reservations[row.callID] { row.cseqReserved = reserved }
    return row
  }

  /// Moves all times along with a wall clock that was set.
  package mutating func shiftTimes(by shift: Duration) {
    origin.time = origin.time + shift
    work.observed.shiftTimes(by: shift)
    for id in adopted.keys { adopted[id]?.shiftTimes(by: shift) }
    entries = entries.map { $0.shifted(by: shift) }
  }

  /// The wall-clock time at an instant of this run.
  func time(at now: Instant) -> Timestamp { origin.time + (now - origin.instant) }
}

extension Step {
  fileprivate var callID: String? {
    switch self {
    case .unregister(let callID), .forget(let callID): callID
    case .register, .edit, .refresh, .restore, .removeForeign, .record: nil
    }
  }
}
