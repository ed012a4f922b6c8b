import SIP

// How steps that a `PlanRun` releases become rows of the ledger and calls of the engine.

extension EngineRun {
  /// Performs what the run machine says, until it waits for the engine.
  ///
  /// Of many steps only one batch begins at once: the engine is at work on it while the next is put together.
  mutating func take(
    _ first: [PlanRun.Action],
    at now: Instant,
    using random: inout some RandomNumberGenerator,
    into actions: inout [Action]
  ) {
    var open = first
    let goesOn = !waiting.isEmpty
    while !open.isEmpty {
      var done: [(StepRef, StepResult)] = []
      var end: [Action] = []
      for action in open {
        switch action {
        case .begin(let refs): done += begin(refs, at: now, using: &random, into: &actions)
        case .ended(let outcome): actions.append(.ended(outcome))
        case .finished(let report): end.append(.finished(report))
        }
      }
      flush(at: now, into: &actions)
      if !end.isEmpty { write(at: now, into: &actions) }
      actions += end
      open = done.isEmpty ? [] : run.stepsEnded(done, at: now)
    }
    if !goesOn, !waiting.isEmpty { actions.append(.goOn) }
  }

  /// Begins steps until a batch is full, and leaves the rest for later; the steps that were done at once.
  private mutating func begin(
    _ refs: [StepRef],
    at now: Instant,
    using random: inout some RandomNumberGenerator,
    into actions: inout [Action]
  ) -> [(StepRef, StepResult)] {
    var done: [(StepRef, StepResult)] = []
    guard waiting.isEmpty else {
      waiting += refs
      return done
    }
    for (index, ref) in refs.enumerated() {
      if ref.step == 0 { actions.append(.started(work.plan.changes[ref.change].account)) }
      if begin(ref, at: now, using: &random) { done.append((ref, .done)) }
      guard batch.count >= batchLimit else { continue }
      flush(at: now, into: &actions)
      waiting = Array(refs[(index + 1)...])
      break
    }
    return done
  }

  /// Begins one step; true if it is done at once.
  private mutating func begin(
    _ ref: StepRef,
    at now: Instant,
    using random: inout some RandomNumberGenerator
  ) -> Bool {
    let change = work.plan.changes[ref.change]
    if ref.step == 0 { leaveFormerNames(change) }
    switch change.steps[ref.step] {
    case .register:
      register(ref, change, at: now, using: &random)
      return false
    case .edit:
      edit(ref, change, at: now, using: &random)
      return false
    case .refresh: return refresh(ref, change, at: now)
    case .unregister(let callID): return unregister(ref, change, callID, at: now)
    case .removeForeign(let contact): return removeForeign(ref, change, contact, using: &random)
    case .restore(let id): return restore(id, ref, change, at: now)
    case .record:
      record(change, at: now, using: &random)
      return true
    case .forget(let callID):
      if let row = rowsByCallID[callID], currentRow(of: change.account) == row,
        accounts[change.account]?.callID == nil,
        noLongerResident(change.account)
      {
        batch.forgets.append(change.account)
      }
      entries.append(.drop(callID: callID))
      return true
    }
  }

  private mutating func register(
    _ ref: StepRef,
    _ change: Change,
    at now: Instant,
    using random: inout some RandomNumberGenerator
  ) {
    let number = accounts.number(of: change.account)
    guard let account = declared(number) else { return }
    let old = accounts[number].row.map { self.row(at: Int($0)) }
    let startsAnew = change.action == .replace || change.action == .move || old == nil
    let callID = startsAnew ? RandomIdentifier.callID(using: &random) : old?.callID ?? ""
    var row = OwnedRegistration(callID: callID, account: account, phase: .pending, updatedAt: time(at: now))
    row.secretFingerprint = work.secretFingerprints[change.account]
    row.instanceID = instanceID(for: account, old: old, using: &random)
    let sequence =
      startsAnew
      ? CallSequence(callID: callID, lastCSeq: 0, ceiling: work.cseqBlock) : reserve(old ?? row)
    row.cseqReserved = sequence.ceiling
    // A contact that was declared is not one that the engine chose: without it, the engine chooses, and it goes.
    let leavesDeclared = !startsAnew && account.hasOwnContact && old?.account.hasOwnContact == false
    let present = startsAnew || leavesDeclared ? nil : old?.contact
    row.contact = present
    if let old, !startsAnew || account.sharesBindings(with: old.account) {
      row.formerContacts = leavesDeclared ? old.contactsLeft : old.formerContacts
    }
    // What this REGISTER may bind is known before it leaves, whatever becomes of us.
    let expected = account.declaredContact?.description ?? sharedContact(of: account)
    if let expected, row.contact == nil { row.contact = expected }
    if let chosen = contactToChoose(for: account, in: row) { row.formerContacts.append(chosen) }
    if startsAnew, var old, old.phase != .cleared {
      old.phase = .tombstone
      entries.append(.update(RegistrationProgress(old)))
    }
    entries.append(.save(row))
    if let expected { expect(expected, of: row) }
    if accounts[number].isResident { batch.forgets.append(change.account) }
    addMasters(of: account, at: now)
    var addition = AccountAddition(account: account, credentials: credentials(account), sequence: sequence)
    addition.instanceID = row.instanceID
    addition.contact = present
    addition.formerContacts = row.formerContacts
    if let old, !startsAnew {
      addition.formerContacts = old.contactsLeft
      addition.mayBeBoundFor = unclearTime(of: old, account, at: now)
    }
    batch.additions.append(addition)
    accounts[number].isResident = true
    accounts[number].callID = callID
    accounts[number].active = Active(ref: ref, callID: callID, isSent: false, changesAccount: false)
  }

  /// How long an earlier attempt of this registration may have left a binding behind; nil where the registrar was
  /// asked since, and had none.
  private func unclearTime(of row: OwnedRegistration, _ account: Account, at now: Instant) -> Duration? {
    if case .known? = work.observed.live[account.id] { return nil }
    let time = time(at: now)
    guard row.phase == .pending, row.contact != nil, row.mayBeBound(at: time) else { return nil }
    return row.expiresAt.map { $0 - time } ?? .seconds(Int(account.expires))
  }

  private mutating func edit(
    _ ref: StepRef,
    _ change: Change,
    at now: Instant,
    using random: inout some RandomNumberGenerator
  ) {
    guard let account = declared(change.account), let row = currentRow(of: change.account) else { return }
    let instance = settleInstance(of: account, row: row, using: &random)
    let owned = self.row(at: row)
    let resent = change.cause.kind == .secret || change.cause.kind == .address
    let wasResident = isResident(change.account)
    let follows = !wasResident && followsByItself(account, owned)
    if change.cause.kind == .address || follows || (resent && !wasResident) {
      // Where our address moved, the engine puts the present one in place of the old, and removes that.
      hold(account, owned, contact: owned.contact, at: now)
      if !follows { batch.refreshes.append(change.account) }
    } else {
      if !wasResident {
        var before = owned.account
        before.id = account.id
        before.dependsOn = account.dependsOn
        hold(before, owned, contact: owned.contact, at: now)
      }
      var edit = AccountEdit(account: account, credentials: credentials(account))
      edit.instanceID = instance
      batch.edits.append(edit)
    }
    // A dependent's REGISTER shows what its master has bound by now, whatever the edit is about.
    let sent = account.declaredContact?.description ?? movedContact(change, of: owned)
    if let contact = sent ?? sharedContact(of: account) ?? contactToChoose(for: account, in: owned) {
      expect(contact, of: owned)
    }
    accounts[accounts.number(of: change.account)].active = Active(
      ref: ref,
      callID: owned.callID,
      isSent: false,
      changesAccount: true
    )
  }

  /// The contact that the engine is about to choose for the account, if that is another than it had. It is only a
  /// guess where the machine has several addresses: then what was sent is written as soon as the engine tells.
  func contactToChoose(for account: Account, in row: OwnedRegistration) -> String? {
    guard account.hasOwnContact, !account.outbound.isEnabled, let own = work.ownAddress else { return nil }
    // Only a run that goes on moves a contact of ours to our present address.
    if let contact = row.contact, row.account.hasOwnContact, !work.holdsUnchanged || own.plainlyHolds(contact)
    {
      return nil
    }
    guard let chosen = own.contactToBe(of: account)?.description, chosen != row.contact,
      !row.formerContacts.contains(chosen)
    else { return nil }
    return chosen
  }

  /// The contact that the account's master has by now, for an account that shares it.
  private func sharedContact(of account: Account) -> String? {
    guard let master = account.contactMaster, declared(master)?.outbound.usesGRUU == false else { return nil }
    return accounts[master]?.contact ?? boundRow(of: master)?.contact
  }

  /// Notes that the contact of this row may become another one, before that is sent.
  mutating func expect(_ contact: String, of row: OwnedRegistration) {
    guard contact != row.contact, !row.formerContacts.contains(contact) else { return }
    entries.append(.expect(contact: contact, callID: row.callID))
  }

  /// Sends what renews or repairs a binding; true where nothing is left to send.
  private mutating func refresh(_ ref: StepRef, _ change: Change, at now: Instant) -> Bool {
    guard let account = declared(change.account), let row = currentRow(of: change.account) else {
      return true
    }
    let owned = self.row(at: row)
    let changesAccount = owned.account != account
    if change.action == .follow, let master = account.contactMaster, let contact = accounts[master]?.contact,
      let bound = accounts[account.id]?.contact ?? owned.contact, SIPURI.alike(contact, bound)
    {
      return true
    }
    let isResident = isResident(change.account)
    let follows =
      change.action == .follow && account.contactMaster.map { accounts[$0]?.contact != nil } == true
    accounts[accounts.number(of: change.account)].active = Active(
      ref: ref,
      callID: owned.callID,
      isSent: isResident && follows && accounts[change.account]?.isUnderway == true,
      changesAccount: changesAccount
    )
    if isResident {
      if !follows { batch.refreshes.append(change.account) }
    } else if change.action == .repair, !change.fields.contains(where: { $0.path == "contact.q" }) {
      addMasters(of: account, at: now)
      let addition = addition(account, owned, contact: owned.contact)
      add(addition)
    } else {
      hold(account, owned, contact: owned.contact, at: now)
      if !followsByItself(account, owned) { batch.refreshes.append(change.account) }
    }
    if let contact = sharedContact(of: account) ?? contactToChoose(for: account, in: owned) {
      expect(contact, of: owned)
    }
    return false
  }

  /// The bound contact at our present address; the change shows it without what is secret.
  private func movedContact(_ change: Change, of row: OwnedRegistration) -> String? {
    guard change.cause.kind == .address, let shown = change.fields.last?.after.flatMap(SIPURI.reading),
      var contact = row.contact.flatMap(SIPURI.reading)
    else { return nil }
    contact.host = shown.host
    contact.port = shown.port
    return contact.description
  }

  /// True where the engine sends a REGISTER as soon as it is given the account: its master has bound another
  /// contact, in this run or in one before. To ask for one beside that would be a second.
  private func followsByItself(_ account: Account, _ row: OwnedRegistration) -> Bool {
    guard let master = account.contactMaster, let bound = row.contact,
      let contact = accounts[master]?.contact ?? boundRow(of: master)?.contact
    else { return false }
    return !SIPURI.alike(contact, bound)
  }
}
