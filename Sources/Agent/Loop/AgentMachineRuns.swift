import Reconcile
import SIP

// What a running plan and the engine tell, and how an agent stops.

extension AgentMachine {
  mutating func received(
    _ events: [RegistrationEvent],
    at now: Instant,
    time: Timestamp,
    using random: inout some RandomNumberGenerator
  ) -> [Action] {
    var actions: [Action] = []
    lastProgress = now
    for event in events {
      counters.take(event)
      note(event, at: now, time: time, into: &actions)
    }
    actions += withRun(at: now) { run in run.receive(events, at: now, using: &random) }
    if now - lastRecord >= AgentMachine.recordInterval { actions += record(at: now) }
    return actions + goOn(at: now)
  }

  mutating func withdrew(
    _ refs: [StepRef],
    _ results: [WithdrawalResult],
    at now: Instant,
    using random: inout some RandomNumberGenerator
  ) -> [Action] {
    lastProgress = now
    return withRun(at: now) { run in run.withdrew(refs, results, at: now, using: &random) }
  }

  mutating func refused(
    _ accounts: [AccountID],
    with error: EngineError,
    at now: Instant,
    using random: inout some RandomNumberGenerator
  ) -> [Action] {
    withRun(at: now) { run in run.refused(accounts, with: error, at: now, using: &random) }
  }

  /// Begins the steps of the run that still wait.
  mutating func beginWaiting(at now: Instant, using random: inout some RandomNumberGenerator) -> [Action] {
    withRun(at: now) { run in run.goOn(at: now, using: &random) }
  }

  /// Gives the run its time: what waits to be written, its patience, and the limit of a stop.
  mutating func tick(at now: Instant, using random: inout some RandomNumberGenerator) -> [Action] {
    lastTick = now
    let actions = withRun(at: now) { run in run.tick(at: now) }
    let isOver = stopAt.map { $0 <= now } ?? false
    if isOver, let wave = removal?.nextWave(at: now) {
      stopAt = removal?.nextShareAt
      return actions + withRun(at: now) { $0.release(throughWave: wave, at: now, using: &random) }
    }
    guard isOver || now - lastProgress >= settings.patience else { return actions }
    stopAt = nil
    lastProgress = now
    guard hasRun else { return actions }
    let late = withRun(at: now) { run in run.deadlinePassed(at: now, using: &random) }
    return actions + [.note(.gaveUp)] + late
  }

  private mutating func note(
    _ event: RegistrationEvent,
    at now: Instant,
    time: Timestamp,
    into actions: inout [Action]
  ) {
    let id = event.account
    let before = activities[id, default: AccountActivity()]
    activities[id, default: AccountActivity()].take(event, at: now, time: time)
    if event.state != before.state || event.failure != nil {
      actions.append(.note(.changed(event, from: before.state)))
    }
    if let alert = alert(about: event) { actions.append(.note(.alert(alert))) }
    switch event.state {
    // What is sent counts too: a contact that is on its way may be bound, whatever is heard of it.
    case .ok, .failed, .progress, .refreshing: unwritten[id] = event
    case .none, .cleared: break
    }
    guard event.state == .ok, event.failure == nil else { return }
    if let attempt = before.failedAttempt, residents.contains(id), isTried(id, attempt) {
      actions.append(.settle([id]))
    }
    blocked.remove(id)
    // Whoever was blocked may go now; which of them, the plan knows.
    if !before.isBound, !blocked.isEmpty { wants.insert(.plan) }
  }

  /// What is known of an account goes along to its new name.
  mutating func takeNames(of desired: DesiredState) {
    for declared in desired.accounts {
      guard let former = declared.account.movedFrom, activities[declared.account.id] == nil,
        let activity = activities[former]
      else { continue }
      activities[declared.account.id] = activity
      activities[former] = nil
    }
  }

  /// Steps the run, if there is one, and performs what it says.
  private mutating func withRun(at now: Instant, _ step: (inout EngineRun) -> [EngineRun.Action]) -> [Action]
  {
    switch state {
    // The run leaves the state while it is stepped: else each step would copy what it knows of all accounts.
    case .running(var run):
      state = .idle
      let actions = step(&run)
      state = .running(run)
      return performed(actions, at: now)
    case .stopping(let cause, .some(var run)):
      state = .stopping(cause, nil)
      let actions = step(&run)
      state = .stopping(cause, run)
      return performed(actions, at: now)
    case .idle, .asking, .planning, .stopping(_, nil), .ended: return []
    }
  }

  mutating func performed(_ actions: [EngineRun.Action], at now: Instant) -> [Action] {
    var all: [Action] = []
    for action in actions {
      switch action {
      case .write, .forget, .add, .edit, .refresh, .withdraw, .goOn: all.append(.perform(action))
      case .started: break
      case .ended(let outcome):
        take(outcome)
        counters.take(outcome)
        all.append(.note(.ended(outcome)))
        if let (number, _) = current { all.append(.answer(number, .outcome(outcome))) }
      case .finished(let report):
        all.append(.perform(action))
        all += finished(report, at: now)
      }
    }
    return all
  }

  private mutating func take(_ outcome: Outcome) {
    let id = outcome.account
    switch outcome.kind {
    case .done: activities[id]?.blockedBy = []
    case .failed: break
    case .blocked:
      blocked.insert(id)
      activities[id, default: AccountActivity()].blockedBy = outcome.blockedBy
    case .notStarted: break
    }
  }

  /// From now on the engine tries these by itself, as they are declared now.
  private mutating func noteFailed(in report: Report) {
    let failed = Set(report.outcomes.lazy.filter { $0.kind == .failed }.map(\.account))
    guard !failed.isEmpty else { return }
    for declared in running?.desired.accounts ?? [] where failed.contains(declared.account.id) {
      let id = declared.account.id
      guard residents.contains(id), activities[id]?.failure != nil else { continue }
      activities[id]?.failedAttempt = AccountActivity.Attempt(
        account: AccountFingerprint(declared.account),
        secrets: running?.secretFingerprints[id]
      )
    }
  }

  /// What was known of accounts that left the files and are unregistered now: a fleet that comes and goes would
  /// fill an agent's memory with the years.
  mutating func dropDeparted(after report: Report) {
    var departed = Set(report.outcomes.lazy.filter { $0.kind == .done }.map(\.account))
    departed.subtract(residents)
    guard !departed.isEmpty else { return }
    departed.subtract(inForce?.desired?.accounts.lazy.map(\.account.id) ?? [])
    for id in departed { activities[id] = nil }
  }

  /// True for what failed and is not the engine's to try again.
  private func isUntried(_ outcome: Outcome) -> Bool {
    guard outcome.kind == .failed else { return false }
    return !residents.contains(outcome.account) || activities[outcome.account]?.failure == nil
  }

  private mutating func finished(_ report: Report, at now: Instant) -> [Action] {
    switch state {
    case .running(let run):
      residents = run.residents
      counters.runs += 1
      noteFailed(in: report)
      dropDeparted(after: report)
      planRetry.runEnded(isUnfinished: report.outcomes.contains(where: isUntried), at: now)
      running = nil
      state = .idle
      let answers = endRequest(with: report)
      return [.note(.finished(report))] + record(at: now, evenNow: true) + answers + goOn(at: now)
    case .stopping(let cause, .some):
      state = .ended
      let left = report.outcomes.filter { $0.kind != .done }.map(\.account)
      let exit = left.isEmpty ? AgentExit.stopped(cause) : .stoppedShort(cause, left: left)
      return [.note(.finished(report))] + record(at: now, evenNow: true) + [.end(exit)]
    case .idle, .asking, .planning, .stopping(_, nil), .ended: return []
    }
  }

  /// Writes what the engine told. Rows that a run is about wait for its end, for it writes them itself.
  mutating func record(at now: Instant, evenNow: Bool = false) -> [Action] {
    if !evenNow, hasRun { return [] }
    lastRecord = now
    guard !unwritten.isEmpty else { return [] }
    let events = unwritten.values.sorted { $0.account < $1.account }
    unwritten = [:]
    return [.record(events)]
  }

  // MARK: Stopping

  /// Ends in order: what was sent is written as far as it is known, and bindings stay or are removed.
  mutating func stop(
    _ cause: AgentSignal.StopCause,
    at now: Instant,
    using random: inout some RandomNumberGenerator
  ) -> [Action] {
    switch state {
    case .stopping, .ended:
      state = .ended
      return [.end(.leftAtOnce(cause))]
    case .idle, .asking, .planning, .running: break
    }
    var actions: [Action] = [.note(.stopping)] + refuseRequests()
    if hasRun { actions += withRun(at: now) { run in run.cancel(at: now, using: &random) } }
    actions += record(at: now, evenNow: true)
    guard settings.unregisterOnExit, inForce != nil else {
      state = .ended
      return actions.filter { !$0.begins } + [.end(.stopped(cause))]
    }
    state = .stopping(cause, nil)
    stopAt = now + settings.removalLimit
    return actions.filter { !$0.begins } + [.planRemoval]
  }

  mutating func remove(
    _ work: Reconciliation,
    because cause: AgentSignal.StopCause,
    at now: Instant,
    time: Timestamp,
    using random: inout some RandomNumberGenerator
  ) -> [Action] {
    var work = work
    work.residents = residents
    work.cseqBlock = settings.cseqBlock
    work.isLeaving = true
    guard !work.plan.isEmpty else {
      state = .ended
      return [.end(.stopped(cause))]
    }
    let waves = work.plan.changes.map(\.wave).max() ?? 1
    removal = RemovalTime(beganAt: now, limit: settings.removalLimit, waves: waves)
    stopAt = removal?.nextShareAt
    return begin(work, at: now, time: time, using: &random) { .stopping(cause, $0) }
  }

  /// The engine ended by itself: nothing can be done any more.
  mutating func engineEnded(at now: Instant) -> [Action] {
    if case .ended = state { return [] }
    let actions = record(at: now, evenNow: true)
    state = .ended
    return actions + [.end(.engineEnded)]
  }
}

extension AgentMachine.Action {
  /// True for what starts something new, which a stop leaves out.
  fileprivate var begins: Bool {
    switch self {
    case .load, .ask, .plan, .planRemoval: true
    case .record, .settle, .shiftRows, .perform, .note, .keep, .suspend, .resume, .answer, .end: false
    }
  }
}
