import Reconcile
import SIP
import StateStore

// How a loop performs what the machine says.

extension AgentLoop {
  /// Performs what is queued, in order, until it is done or the state cannot be written.
  mutating func perform(_ group: inout DiscardingTaskGroup) async {
    guard retryAt == nil else { return }
    var next = 0
    while next < queue.count, exit == nil {
      do {
        let action = queue[next]
        try await perform(action, &group)
        next += 1
        if action.isWrite, stateFailure != nil {
          stateFailure = nil
          agent.observer?.note(.stateRecovered)
        }
      } catch {
        fail("\(error)")
        // A stop does not wait for a disk.
        if machine.isStopping {
          next += 1
        } else {
          retryAt = agent.clock.now + AgentLoop.retryInterval
          break
        }
      }
    }
    queue.removeFirst(min(next, queue.count))
  }

  private mutating func perform(
    _ action: AgentMachine.Action,
    _ group: inout DiscardingTaskGroup
  ) async throws {
    let (agent, sink) = (agent, sink)
    switch action {
    case .note(.alert(var alert)):
      alert.at = time.description
      alert.run = agent.settings.runID
      alert.owner = agent.store.owner
      alerts?.send(alert)
      agent.observer?.note(.alert(alert))
    case .note(let notice):
      if case .began(_, _, let commit) = notice {
        runStartedAt = time
        runCommit = commit
      }
      if case .finished = notice { agent.notifier?.status(machine.summary()) }
      if case .stopping = notice { agent.notifier?.stopping() }
      agent.observer?.note(notice)
    case .end(let exit): self.exit = exit
    case .load:
      group.addTask {
        let loaded = await agent.source.load()
        sink.yield(.loaded(loaded, secrets: AgentLoop.fingerprints(of: loaded, by: agent.store)))
      }
    case .ask(let ids):
      let queries = queries(about: ids)
      group.addTask {
        let answers = await agent.engine.bindings(of: queries)
        let live = Dictionary(zip(queries.map(\.account.id), answers)) { first, _ in first }
        sink.yield(.answered(live))
      }
    case .plan(let live): try await plan(live)
    case .planRemoval: try planRemoval()
    case .record(let events):
      try agent.store.record(events, at: time, reserving: agent.settings.cseqBlock)
    case .settle(let ids): try await settle(ids)
    case .shiftRows(let shift): try agent.store.shiftTimes(by: shift)
    case .perform(let action): try await perform(action, &group)
    case .keep(let suspensions, let ended): try agent.store.keep(suspensions, ending: ended)
    case .suspend(let ids):
      await call(about: ids) { (engine) throws(EngineError) in try await engine.suspend(ids) }
    case .resume(let ids):
      await call(about: ids) { (engine) throws(EngineError) in try await engine.resume(ids) }
    case .answer(let number, let answer):
      askers[number]?.yield(answer)
      if answer.isLast { askers.removeValue(forKey: number)?.finish() }
    }
  }

  private mutating func perform(_ action: EngineRun.Action, _ group: inout DiscardingTaskGroup) async throws {
    let (engine, sink) = (agent.engine, sink)
    switch action {
    case .write(let entries): try await agent.store.write(entries)
    case .started, .ended: break
    case .goOn: queue += machine.beginWaiting(at: agent.clock.now, using: &random)
    case .finished(let report): try record(report)
    case .withdraw(let refs, let withdrawals):
      group.addTask { sink.yield(.withdrawn(refs, await engine.withdraw(withdrawals))) }
    case .add(let additions): await add(additions)
    case .edit(let edits):
      for edit in edits {
        await call(about: [edit.id]) { (engine) throws(EngineError) in
          var open = try await engine.edit(edit.id)
          open.account = edit.account
          open.credentials = edit.credentials
          open.instanceID = edit.instanceID
          try await engine.done(open)
        }
      }
    case .forget(let ids):
      await call(about: ids) { (engine) throws(EngineError) in try await engine.forget(ids) }
    case .refresh(let ids):
      await call(about: ids) { (engine) throws(EngineError) in try await engine.refresh(ids) }
    }
  }

  /// Adds accounts; one that the engine refuses fails alone.
  private mutating func add(_ additions: [AccountAddition]) async {
    var rest = additions
    while !rest.isEmpty {
      do throws(EngineError) {
        try await agent.engine.add(rest)
        return
      } catch {
        let refused = rest.filter { $0.account.id == error.account }.map(\.account.id)
        let failed = refused.isEmpty ? rest.map(\.account.id) : refused
        rest = refused.isEmpty ? [] : rest.filter { $0.account.id != error.account }
        queue += machine.refused(failed, with: error, at: agent.clock.now, using: &random)
      }
    }
  }

  private mutating func call(
    about ids: [AccountID],
    _ body: (any RegistrationEngine) async throws(EngineError) -> Void
  ) async {
    do throws(EngineError) {
      try await body(agent.engine)
    } catch {
      queue += machine.refused(ids, with: error, at: agent.clock.now, using: &random)
    }
  }

  private mutating func record(_ report: Report) throws(StateError) {
    if report.outcomes.count >= ProcessMemory.leastAccounts { hasFreedMemory = true }
    guard !report.outcomes.isEmpty else { return }
    var record = RunRecord(
      startedAt: runStartedAt,
      digest: report.planDigest,
      source: agent.settings.sourceName
    )
    record.commit = runCommit
    record.end(with: report, at: time)
    try agent.store.record(record)
  }

  /// Writes the declared account into the rows of accounts whose last attempt was for it and has succeeded.
  private func settle(_ ids: [AccountID]) async throws {
    let names = Set(ids)
    var entries: [LedgerEntry] = []
    for declared in machine.inForce?.desired?.accounts ?? [] where names.contains(declared.account.id) {
      let rows = try agent.store.owned(by: declared.account.id)
      guard var row = rows.last(where: { $0.phase != .tombstone }) else { continue }
      row.account = declared.account
      row.secretFingerprint = machine.secrets[declared.account.id]
      entries.append(.save(row))
    }
    try await agent.store.write(entries)
  }

  // MARK: Planning

  private func queries(about ids: [AccountID]) -> [BindingQuery] {
    guard let inForce = machine.inForce, let desired = inForce.desired else { return [] }
    let names = Set(ids)
    return desired.accounts.lazy.map(\.account).filter { names.contains($0.id) }.map { account in
      BindingQuery(account: account, credentials: inForce.credentials(account) ?? [])
    }
  }

  private mutating func plan(_ live: [AccountID: LiveState]) async throws(StateError) {
    guard let inForce = machine.inForce, let desired = inForce.desired else { return }
    let standing = agent.settings.options
    var options = machine.current.map { $0.1.options(instead: standing) } ?? standing
    options.suspended = machine.suspensions
    let written = desired.engine.advertise.flatMap(OwnAddress.Advertised.init)
    await agent.engine.advertise(agent.settings.advertised ?? written)
    options.ownAddress = await agent.engine.ownAddress
    options.keepsRunning = true
    options.underway = machine.exclusions()
    try plan(desired, live, options, inForce)
  }

  private mutating func planRemoval() throws(StateError) {
    guard let inForce = machine.inForce, var desired = inForce.desired else { return }
    desired.accounts = []
    var options = agent.settings.options
    options.keepsRunning = true
    options.prune = .auto
    options.allowEmpty = true
    options.allowUnregister = .max
    try plan(desired, [:], options, inForce)
  }

  private mutating func plan(
    _ desired: DesiredState,
    _ live: [AccountID: LiveState],
    _ options: PlanOptions,
    _ inForce: LoadedDesired
  ) throws(StateError) {
    let owned = try agent.store.owned(matching: inForce.desired)
    let observed = ObservedState(owned: owned, live: live, at: time)
    let plan = Planner(options: options)
      .plan(desired: desired, observed: observed, secretFingerprints: machine.secrets)
    let retained = retained
    var work = Reconciliation(
      plan: plan,
      desired: desired,
      observed: observed,
      secretFingerprints: machine.secrets,
      credentials: { account in retained[account.id] ?? inForce.credentials(account) }
    )
    work.ownAddress = options.ownAddress
    let now = agent.clock.now
    queue += machine.planned(work, at: now, time: wallClock.time(at: now), using: &random)
  }

  private static func fingerprints(of loaded: LoadedDesired, by store: StateStore) -> [AccountID: String] {
    var fingerprints: [AccountID: String] = [:]
    for declared in loaded.desired?.accounts ?? [] where !declared.account.credentials.isEmpty {
      guard let credentials = loaded.credentials(declared.account) else { continue }
      fingerprints[declared.account.id] = store.secretFingerprint(of: credentials)
    }
    return fingerprints
  }

  // MARK: Telling how it stands

  func metrics() -> MetricsSnapshot {
    machine.metrics(
      owner: agent.store.owner,
      isStateWritable: stateFailure == nil,
      startedAt: agent.lock.holder.startedAt,
      at: time
    )
  }

  mutating func status() -> StatusDocument {
    let now = time
    let builder = StatusBuilder(
      desired: machine.inForce?.desired,
      activities: machine.activities,
      refusals: machine.refusals,
      suspensions: machine.suspended,
      at: now,
      agent.clock.now
    )
    var owned: [OwnedRegistration] = []
    do throws(StateError) {
      owned = try agent.store.owned(matching: machine.inForce?.desired)
    } catch {
      fail(error.description)
    }
    let holder = agent.lock.holder
    var status = AgentStatus(
      pid: holder.pid,
      host: holder.host,
      startedAt: holder.startedAt,
      manifestAccepted: machine.rejected.isEmpty,
      diagnostics: machine.rejected,
      refusals: machine.refusals,
      stateFailure: stateFailure
    )
    status.source = agent.settings.sourceName
    status.commit = machine.inForce?.commit
    status.sourceFailure = machine.sourceFailure
    return StatusDocument(
      owner: agent.store.owner,
      at: now,
      agent: status,
      accounts: builder.accounts(owned: owned)
    )
  }
}

extension AgentMachine.Action {
  fileprivate var isWrite: Bool {
    switch self {
    case .record, .settle, .shiftRows, .keep, .perform(.write): true
    case .load, .ask, .plan, .planRemoval, .perform, .suspend, .resume, .answer, .note, .end: false
    }
  }
}
