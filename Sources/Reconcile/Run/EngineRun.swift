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

  let work: Reconciliation
  let origin: (instant: Instant, time: Timestamp)
  var run: PlanRun
  /// Positions of declared accounts.
  let positions: [AccountID: Int]
  /// Each account's row that is no tombstone, and each row by its Call-ID, as positions in what was observed.
  let currentRows: [AccountID: Int]
  let rowsByCallID: [String: Int]
  package private(set) var residents: Set<AccountID>
  /// Residents whose REGISTER is on its way: one may be before its step begins, for a dependent follows its
  /// master in the engine itself.
  var underway: Set<AccountID> = []
  var active: [AccountID: Active] = [:]
  var callIDs: [AccountID: String] = [:]
  /// The contact that an account has bound in this run.
  var contacts: [AccountID: String] = [:]
  /// The highest CSeq that this run has reserved for a registration that there was before, by Call-ID.
  var reservations: [String: UInt32] = [:]
  /// Rows that were adopted in this run.
  var adopted: [AccountID: OwnedRegistration] = [:]
  var instanceIDs: [AccountID: String] = [:]
  var entries: [LedgerEntry] = []
  var lastWrite: Instant
  var batch = EngineBatch()

  /// At most this many accounts go to the engine, or entries to the ledger, in one call.
  static let chunk = 5000
  package static let writeInterval = Duration.milliseconds(200)

  package init(_ work: Reconciliation, startingAt instant: Instant, time: Timestamp) {
    self.work = work
    origin = (instant, time)
    lastWrite = instant
    run = PlanRun(work.plan)
    residents = work.residents
    (currentRows, rowsByCallID) = EngineRun.rows(in: work)
    var positions: [AccountID: Int] = [:]
    if !work.plan.changes.isEmpty || work.holdsUnchanged {
      positions.reserveCapacity(work.desired.accounts.count)
      for position in work.desired.accounts.indices {
        positions[work.desired.accounts[position].account.id] = position
      }
    }
    self.positions = positions
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
      residents.remove(id)
      if let step = active.removeValue(forKey: id) { results.append((step.ref, result)) }
    }
    take(run.stepsEnded(results, at: now), at: now, using: &random, into: &actions)
    return actions
  }

  /// Writes what has been waiting for long enough.
  package mutating func tick(at now: Instant) -> [Action] {
    var actions: [Action] = []
    writeIfDue(at: now, into: &actions)
    return actions
  }

  package mutating func deadlinePassed(
    at now: Instant,
    using random: inout some RandomNumberGenerator
  ) -> [Action] {
    var actions: [Action] = []
    take(run.deadlinePassed(unsent: unsent, at: now), at: now, using: &random, into: &actions)
    return actions
  }

  package mutating func cancel(at now: Instant, using random: inout some RandomNumberGenerator) -> [Action] {
    var actions: [Action] = []
    take(run.cancel(unsent: unsent, at: now), at: now, using: &random, into: &actions)
    return actions
  }

  /// Changes whose first REGISTER still waits in the engine.
  private var unsent: Set<Int> {
    Set(active.values.lazy.filter { !$0.isSent && $0.ref.step == 0 }.map(\.ref.change))
  }

  mutating func makeResident(_ id: AccountID) { residents.insert(id) }
  mutating func noLongerResident(_ id: AccountID) -> Bool { residents.remove(id) != nil }

  /// A row as it was observed, with what was reserved since.
  func row(at position: Int) -> OwnedRegistration {
    var row = work.observed.owned[position]
    if let reserved = reservations[row.callID] { row.cseqReserved = reserved }
    return row
  }

  /// The wall-clock time at an instant of this run.
  func time(at now: Instant) -> Timestamp { origin.time + (now - origin.instant) }
}

extension Step {
  fileprivate var callID: String? {
    switch self {
    case .unregister(let callID), .forget(let callID): callID
    case .register, .edit, .refresh, .removeForeign, .record: nil
    }
  }
}
