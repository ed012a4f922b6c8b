import SIP

// How bindings are removed, and how one is restored that may have gone with another.

extension EngineRun {
  mutating func unregister(
    _ ref: StepRef,
    _ change: Change,
    _ callID: String,
    at now: Instant
  ) -> Bool {
    guard let position = rowsByCallID[callID] else { return true }
    var row = self.row(at: position)
    let isCurrent = currentRow(of: change.account) == position && accounts[change.account]?.callID == nil
    if isCurrent, noLongerResident(change.account) { batch.forgets.append(change.account) }
    let followed = contactsFollowed(by: row, of: change, isCurrent: isCurrent)
    let left = contactsToRemove(
      [row.contact].compactMap(\.self) + row.formerContacts + followed,
      row,
      change,
      isCurrent
    )
    guard let contact = left.first else {
      entries.append(.drop(callID: callID))
      return true
    }
    let sequence = reserve(row)
    row.cseqReserved = sequence.ceiling
    row.phase = .tombstone
    row.formerContacts += followed
    entries.append(.update(RegistrationProgress(row)))
    let credentials = work.credentials(row.account) ?? declared(change.account).map(credentials) ?? []
    var withdrawal = Withdrawal(
      account: row.account,
      credentials: credentials,
      sequence: sequence,
      contact: contact
    )
    withdrawal.formerContacts = Array(left.dropFirst())
    withdrawal.instanceID = work.observed.owned[position].instanceID
    batch.withdrawalSteps.append(ref)
    batch.withdrawals.append(withdrawal)
    return false
  }

  /// What this registration may have bound beside the contacts in its row: in the engine a dependent follows its
  /// masters at once, whatever the plan has in mind for it, and the word of it may come later than its end.
  private func contactsFollowed(by old: OwnedRegistration, of change: Change, isCurrent: Bool) -> [String] {
    var found = [isCurrent ? accounts[change.account]?.contact : nil]
    var seen: Set<AccountID> = [change.account]
    var next = old.account.contactMaster
    while let master = next, seen.insert(master).inserted {
      found += [accounts[master]?.contact, declared(master)?.declaredContact?.description]
      let row = currentRow(of: master).map { work.observed.owned[$0] }
      if let row, row.phase == .bound { found.append(row.contact) }
      next = row?.account.contactMaster
    }
    let holders = isCurrent ? change.heirs : [change.account] + change.heirs
    var contacts: [String] = []
    for contact in found.compactMap(\.self)
    where !(old.contactsLeft + contacts).contains(where: { SIPURI.alike($0, contact) })
      && !holders.contains(where: { holds($0, contact: contact, bindingOf: old) })
    {
      contacts.append(contact)
    }
    return contacts
  }

  /// The contacts of an old registration that are to go: not those which the account, or one that has its identity
  /// now, has bound by now. Of an edit that was cut short either contact may be bound, and an account that was given
  /// back the one it had before holds a former contact.
  private func contactsToRemove(
    _ contacts: [String],
    _ old: OwnedRegistration,
    _ change: Change,
    _ isCurrent: Bool
  ) -> [String] {
    let holders = isCurrent ? change.heirs : [change.account] + change.heirs
    return contacts.enumerated().filter { index, contact in
      !contacts[..<index].contains(contact)
        && !holders.contains { holds($0, contact: contact, bindingOf: old) }
    }.map(\.element)
  }

  /// True if the present binding of this account is the one that `old` made with this contact.
  private func holds(_ id: AccountID, contact: String?, bindingOf old: OwnedRegistration) -> Bool {
    guard let account = declared(id), account.register, account.sharesBindings(with: old.account), let contact
    else { return false }
    let row = currentRow(of: id).map { work.observed.owned[$0] }
    let present = accounts[id]?.contact ?? (row?.phase == .bound ? row?.contact : nil)
    if let present, SIPURI.sameContact(present, contact) { return true }
    let instance = instanceIDs[account.declaredID] ?? row?.instanceID
    return account.outbound.isEnabled && old.account.outbound.isEnabled && instance == old.instanceID
  }

  /// True where there is nothing to remove.
  mutating func removeForeign(
    _ ref: StepRef,
    _ change: Change,
    _ contact: String,
    using random: inout some RandomNumberGenerator
  ) -> Bool {
    guard let account = declared(change.account) else { return true }
    // What was listed before may be what this run has bound since.
    if let own = accounts[change.account]?.contact, SIPURI.sameContact(own, contact) { return true }
    let sequence = CallSequence(
      callID: RandomIdentifier.callID(using: &random),
      lastCSeq: 0,
      ceiling: work.cseqBlock
    )
    batch.withdrawalSteps.append(ref)
    batch.withdrawals.append(
      Withdrawal(account: account, credentials: credentials(account), sequence: sequence, contact: contact)
    )
    return false
  }

  /// Registers an account once more whose binding the steps before may have taken away; true where they turned
  /// out to be about another contact.
  mutating func restore(_ id: AccountID, _ ref: StepRef, _ change: Change, at now: Instant) -> Bool {
    let number = accounts.number(of: id)
    let row = accounts[number].row.map { self.row(at: Int($0)) }
    guard let account = declared(number), account.register,
      let present = accounts[number].contact ?? (row?.phase == .bound ? row?.contact : nil),
      let callID = accounts[number].callID ?? row?.callID,
      hasRemoved(present, before: ref, in: change)
    else { return true }
    if !accounts[number].isResident, let row { hold(account, row, contact: row.contact, at: now) }
    accounts[number].active = Active(ref: ref, callID: callID, isSent: false, changesAccount: false)
    batch.refreshes.append(id)
    return false
  }

  private func hasRemoved(_ contact: String, before ref: StepRef, in change: Change) -> Bool {
    change.steps.prefix(ref.step).contains { step in
      guard case .unregister(let callID) = step, let position = rowsByCallID[callID] else { return false }
      return work.observed.owned[position].contactsLeft.contains { SIPURI.sameContact($0, contact) }
    }
  }
}
