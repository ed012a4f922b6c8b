import SIP

// How what the engine tells becomes results of steps and rows of the ledger.

extension EngineRun {
  /// Takes one event; the result of a step if it ended one.
  mutating func receive(_ event: RegistrationEvent, at now: Instant) -> (StepRef, StepResult)? {
    guard let number = accounts.find(event.account) else { return nil }
    if accounts[number].isResident { note(event, of: number) }
    switch event.state {
    case .none, .cleared: return nil
    case .progress, .refreshing:
      accounts[number].active?.isSent = true
      expectChosenContact(event, number, at: now)
      return nil
    case .ok:
      if event.failure == nil, let contact = event.contact { accounts[number].contact = contact }
    case .failed: break
    }
    guard let step = accounts[number].active else {
      recordProgress(of: event, number, at: now)
      return nil
    }
    guard step.isSent || isBlocked(event) else { return nil }
    accounts[number].active = nil
    record(event, of: step, number, at: now)
    return (step.ref, StepResult(failure: event.failure, code: event.code, reason: event.text))
  }

  /// What the engine chose as contact, or took over from a master that it followed by itself, is known once it is
  /// sent: it is written before an answer can have come from afar, for a crash would leave a binding that nobody
  /// knows of.
  private mutating func expectChosenContact(_ event: RegistrationEvent, _ number: Int, at now: Instant) {
    guard let account = declared(number), account.declaredContact == nil, let contact = event.contact else {
      return
    }
    let old = accounts[number].row.map { self.row(at: Int($0)) }
    if let step = accounts[number].active, step.callID == accounts[number].callID {
      guard event.callID == step.callID, old?.callID != step.callID || old?.contact != contact else { return }
      var row = newRow(account, number, step.callID, at: now)
      row.contact = contact
      row.formerContacts = event.formerContacts
      if let chosen = contactToChoose(for: account, in: row) { row.formerContacts.append(chosen) }
      entries.append(.update(RegistrationProgress(row)))
      isWriteDue = true
    } else if let callID = accounts[number].callID {
      guard event.callID == callID, accounts[number].contact != contact else { return }
      entries.append(.expect(contact: contact, callID: callID))
      isWriteDue = true
    } else if let old, old.callID == event.callID {
      for sent in [contact] + event.formerContacts where !old.contactsLeft.contains(sent) {
        expect(sent, of: old)
        isWriteDue = true
      }
    }
  }

  private mutating func note(_ event: RegistrationEvent, of number: Int) {
    switch event.state {
    case .progress, .refreshing: accounts[number].isUnderway = true
    case .none, .ok, .cleared, .failed: accounts[number].isUnderway = false
    }
  }

  private func isBlocked(_ event: RegistrationEvent) -> Bool {
    guard event.state == .failed else { return false }
    switch event.failure {
    case .blocked, .unresolved, .transport: return true
    case .refused, .timeout, .notBound, .stillBound, .untrusted, .noCredential, .credentialRejected,
      .unusableChallenge,
      .redirectRefused, .redirectLoop, nil:
      return false
    }
  }

  private mutating func record(
    _ event: RegistrationEvent,
    of step: Active,
    _ number: Int,
    at now: Instant
  ) {
    let position = accounts[number].row.map { Int($0) }
    let isNew = accounts[number].callID != nil
    guard event.callID.isEmpty || event.callID == step.callID else {
      return recordNewCallID(event, number, instead: step.callID, at: now)
    }
    if step.changesAccount, event.failure == nil, let account = declared(number), let position {
      var row = self.row(at: position)
      row.account = account
      row.secretFingerprint = work.secretFingerprints[account.id] ?? row.secretFingerprint
      row.apply(event, at: time(at: now))
      entries.append(.save(row))
    } else if !isNew, let position {
      var row = self.row(at: position)
      row.apply(event, at: time(at: now))
      entries.append(.update(RegistrationProgress(row)))
    } else if let account = declared(number) {
      entries.append(.update(fresh(account, number, step.callID, event, at: now)))
    }
  }

  /// What an attempt came to for a registration that began in this run.
  private func fresh(
    _ account: Account,
    _ number: Int,
    _ callID: String,
    _ event: RegistrationEvent,
    at now: Instant
  ) -> RegistrationProgress {
    var row = newRow(account, number, callID, at: now)
    row.apply(event, at: time(at: now))
    return RegistrationProgress(row)
  }

  /// The row of a registration that began in this run, before anything is known to have come of it.
  private func newRow(
    _ account: Account,
    _ number: Int,
    _ callID: String,
    at now: Instant
  ) -> OwnedRegistration {
    var row = OwnedRegistration(callID: callID, account: account, phase: .pending, updatedAt: time(at: now))
    if let old = accounts[number].row.map({ self.row(at: Int($0)) }), old.callID == callID {
      row.cseqReserved = old.cseqReserved
      row.contact = old.contact
    } else {
      row.cseqReserved = work.cseqBlock
    }
    return row
  }

  /// An account that the engine keeps going by itself: a refresh, or a retry after its step had failed.
  private mutating func recordProgress(of event: RegistrationEvent, _ number: Int, at now: Instant) {
    guard accounts[number].isResident, let account = declared(number) else { return }
    if let callID = accounts[number].callID {
      guard event.callID == callID else { return recordNewCallID(event, number, instead: callID, at: now) }
      entries.append(.update(fresh(account, number, callID, event, at: now)))
    } else if let position = accounts[number].row.map({ Int($0) }),
      event.cseq > work.observed.owned[position].cseqReserved
    {
      var row = self.row(at: position)
      guard event.callID == row.callID else {
        return recordNewCallID(event, number, instead: row.callID, at: now)
      }
      row.apply(event, at: time(at: now))
      entries.append(.update(RegistrationProgress(row)))
    }
  }

  /// The engine had used up the reserved numbers, and went on under a Call-ID of its own.
  private mutating func recordNewCallID(
    _ event: RegistrationEvent,
    _ number: Int,
    instead old: String,
    at now: Instant
  ) {
    guard let account = declared(number) else { return }
    var row = OwnedRegistration(
      callID: event.callID,
      account: account,
      phase: .pending,
      updatedAt: time(at: now)
    )
    row.secretFingerprint = work.secretFingerprints[account.id]
    row.instanceID =
      instanceIDs[account.declaredID]
      ?? accounts[number].row.flatMap { work.observed.owned[Int($0)].instanceID }
    row.cseqReserved = event.cseq + work.cseqBlock
    row.apply(event, at: time(at: now))
    accounts[number].callID = event.callID
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
      let staysDeclared = declared(change.account) != nil && currentRow(of: change.account) == position
      if result.failure != nil {
        row.phase = .tombstone
        entries.append(.update(RegistrationProgress(row)))
      } else if staysDeclared, change.onlyUnregisters, let account = declared(change.account) {
        row.clear()
        row.formerContacts = []
        row.account = account
        entries.append(.save(row))
      } else {
        entries.append(.drop(callID: callID))
      }
    }
    let reason = result.failure?.text(reason: result.reason) ?? result.reason
    let step = StepResult(failure: result.failure, code: result.code, reason: reason)
    guard step.failure != nil, case .unregister(let callID) = change.steps[ref.step],
      let row = rowsByCallID[callID].map({ self.row(at: $0) })
    else { return step }
    let isUnknown = declared(change.account) == nil && work.credentials(row.account) == nil
    return RemovalAdvice(row: row, lacksSecret: isUnknown).added(to: step)
  }

  // MARK: Writing

  mutating func flush(at now: Instant, into actions: inout [Action]) {
    guard !batch.isEmpty else { return }
    write(at: now, into: &actions)
    if batch.count >= batchLimit { batchLimit = min(batchLimit * 4, EngineRun.chunk) }
    actions += batch.actions
    batch = EngineBatch()
  }

  mutating func writeIfDue(at now: Instant, into actions: inout [Action]) {
    let isLong = now - lastWrite >= EngineRun.writeInterval
    if isLong { urgentWrites = 0 }
    if isWriteDue, urgentWrites < EngineRun.mostUrgentWrites {
      urgentWrites += 1
      return write(at: now, into: &actions)
    }
    guard isLong || entries.count >= EngineRun.chunk else { return }
    write(at: now, into: &actions)
  }

  mutating func write(at now: Instant, into actions: inout [Action]) {
    lastWrite = now
    isWriteDue = false
    guard !entries.isEmpty else { return }
    actions.append(.write(entries))
    entries = []
  }
}
