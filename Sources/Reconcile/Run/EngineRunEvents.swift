import SIP

// How what the engine tells becomes results of steps and rows of the ledger.

extension EngineRun {
  /// Takes one event; the result of a step if it ended one.
  mutating func receive(_ event: RegistrationEvent, at now: Instant) -> (StepRef, StepResult)? {
    let id = event.account
    if residents.contains(id) { note(event) }
    switch event.state {
    case .none, .cleared: return nil
    case .progress, .refreshing:
      active[id]?.isSent = true
      return nil
    case .ok:
      if event.failure == nil, let contact = event.contact { contacts[id] = contact }
    case .failed: break
    }
    guard let step = active[id], step.isSent || isBlocked(event) else {
      if active[id] == nil { recordProgress(of: event, at: now) }
      return nil
    }
    active[id] = nil
    record(event, of: step, at: now)
    return (step.ref, StepResult(failure: event.failure, code: event.code, reason: event.text))
  }

  private mutating func note(_ event: RegistrationEvent) {
    switch event.state {
    case .progress, .refreshing: underway.insert(event.account)
    case .none, .ok, .cleared, .failed: underway.remove(event.account)
    }
  }

  private func isBlocked(_ event: RegistrationEvent) -> Bool {
    guard event.state == .failed else { return false }
    switch event.failure {
    case .blocked, .unresolved, .transport: return true
    case .refused, .timeout, .notBound, .stillBound, .noCredential, .credentialRejected, .unusableChallenge,
      .redirectRefused, nil:
      return false
    }
  }

  private mutating func record(_ event: RegistrationEvent, of step: Active, at now: Instant) {
    let position = currentRows[event.account]
    let isNew = callIDs[event.account] != nil
    guard event.callID.isEmpty || event.callID == step.callID else {
      return recordNewCallID(event, instead: step.callID, at: now)
    }
    if step.changesAccount, event.failure == nil, let account = declared(event.account), let position {
      var row = self.row(at: position)
      row.account = account
      row.secretFingerprint = work.secretFingerprints[account.id] ?? row.secretFingerprint
      row.apply(event, at: time(at: now))
      entries.append(.save(row))
    } else if !isNew, let position {
      var row = self.row(at: position)
      row.apply(event, at: time(at: now))
      entries.append(.update(RegistrationProgress(row)))
    } else if let account = declared(event.account) {
      entries.append(.update(fresh(account, step.callID, event, at: now)))
    }
  }

  /// What an attempt came to for a registration that began in this run.
  private func fresh(
    _ account: Account,
    _ callID: String,
    _ event: RegistrationEvent,
    at now: Instant
  ) -> RegistrationProgress {
    let old = currentRows[account.id].map { self.row(at: $0) }
    var row = OwnedRegistration(callID: callID, account: account, phase: .pending, updatedAt: time(at: now))
    if let old, old.callID == callID {
      row.cseqReserved = old.cseqReserved
      row.contact = old.contact
    } else {
      row.cseqReserved = work.cseqBlock
    }
    row.apply(event, at: time(at: now))
    return RegistrationProgress(row)
  }

  /// An account that the engine keeps going by itself: a refresh, or a retry after its step had failed.
  private mutating func recordProgress(of event: RegistrationEvent, at now: Instant) {
    guard residents.contains(event.account), let account = declared(event.account) else { return }
    if let callID = callIDs[event.account] {
      guard event.callID == callID else { return recordNewCallID(event, instead: callID, at: now) }
      entries.append(.update(fresh(account, callID, event, at: now)))
    } else if let position = currentRows[event.account],
      event.cseq > work.observed.owned[position].cseqReserved
    {
      var row = self.row(at: position)
      guard event.callID == row.callID else { return recordNewCallID(event, instead: row.callID, at: now) }
      row.apply(event, at: time(at: now))
      entries.append(.update(RegistrationProgress(row)))
    }
  }

  /// The engine had used up the reserved numbers, and went on under a Call-ID of its own.
  private mutating func recordNewCallID(_ event: RegistrationEvent, instead old: String, at now: Instant) {
    guard let account = declared(event.account) else { return }
    var row = OwnedRegistration(
      callID: event.callID,
      account: account,
      phase: .pending,
      updatedAt: time(at: now)
    )
    row.secretFingerprint = work.secretFingerprints[account.id]
    row.instanceID =
      instanceIDs[account.id]
      ?? currentRows[account.id].flatMap {
        work.observed.owned[$0].instanceID
      }
    row.cseqReserved = event.cseq + work.cseqBlock
    row.apply(event, at: time(at: now))
    callIDs[account.id] = event.callID
    entries += [.drop(callID: old), .save(row)]
  }

  /// Records how the removal of a binding went.
  mutating func record(_ result: WithdrawalResult, of ref: StepRef, at now: Instant) -> StepResult {
    let change = work.plan.changes[ref.change]
    if case .unregister(let callID) = change.steps[ref.step], let position = rowsByCallID[callID] {
      var row = self.row(at: position)
      row.lastCode = result.code
      row.lastReason = result.reason
      row.updatedAt = time(at: now)
      let staysDeclared = declared(change.account) != nil && currentRows[change.account] == position
      if result.failure != nil {
        row.phase = .tombstone
        entries.append(.update(RegistrationProgress(row)))
      } else if staysDeclared, change.onlyUnregisters, let account = declared(change.account) {
        row.clear()
        row.account = account
        entries.append(.save(row))
      } else {
        entries.append(.drop(callID: callID))
      }
    }
    let reason = result.failure?.text(reason: result.reason) ?? result.reason
    return StepResult(failure: result.failure, code: result.code, reason: reason)
  }

  // MARK: Writing

  mutating func flush(at now: Instant, into actions: inout [Action]) {
    guard !batch.isEmpty else { return }
    write(at: now, into: &actions)
    actions += batch.actions
    batch = EngineBatch()
  }

  mutating func writeIfDue(at now: Instant, into actions: inout [Action]) {
    guard entries.count >= EngineRun.chunk || now - lastWrite >= EngineRun.writeInterval else { return }
    write(at: now, into: &actions)
  }

  mutating func write(at now: Instant, into actions: inout [Action]) {
    lastWrite = now
    guard !entries.isEmpty else { return }
    actions.append(.write(entries))
    entries = []
  }
}
