import SIP

// What the run knows of accounts, and what it writes of them.

extension EngineRun {
  func declared(_ id: AccountID) -> Account? { accounts.find(id).flatMap { declared($0) } }

  /// The declared account of that number.
  func declared(_ number: Int) -> Account? {
    accounts[number].position.map { work.desired.accounts[Int($0)].account }
  }

  func credentials(_ account: Account) -> [Credential] { work.credentials(account) ?? [] }

  /// The instance id that was used before, or was declared, or a new one where one is needed. All flows of an
  /// account have one (RFC 5626, 4.2.1).
  mutating func instanceID(
    for account: Account,
    old: OwnedRegistration?,
    using random: inout some RandomNumberGenerator
  ) -> String? {
    guard account.outbound.isEnabled || account.outbound.instanceID != nil else { return old?.instanceID }
    let former = instanceIDs[account.declaredID] ?? old?.instanceID ?? instanceID(ofFlowsBeside: account)
    let id = account.outbound.instanceID ?? former ?? RandomIdentifier.instanceID(using: &random)
    instanceIDs[account.declaredID] = id
    return id
  }

  private func instanceID(ofFlowsBeside account: Account) -> String? {
    let first = account.declaredID
    let flows = [first] + (2...UInt32(Account.mostFlows)).map { first.flow($0) }
    for row in flows.lazy.compactMap({ currentRow(of: $0) })
    where work.observed.owned[row].account.declaredID == first {
      if let id = work.observed.owned[row].instanceID { return id }
    }
    return nil
  }

  /// The instance id of an account that is edited; one that is new is written before it is sent.
  mutating func settleInstance(
    of account: Account,
    row position: Int,
    using random: inout some RandomNumberGenerator
  ) -> String? {
    let id = instanceID(for: account, old: work.observed.owned[position], using: &random)
    if id != work.observed.owned[position].instanceID { entries.append(.save(row(at: position))) }
    return id
  }

  mutating func add(_ addition: AccountAddition) {
    accounts[accounts.number(of: addition.account.id)].isResident = true
    var addition = addition
    addition.isSuspended = !work.suspended.isEmpty && work.suspended.contains(addition.account.declaredID)
    batch.additions.append(addition)
  }

  /// An account that goes on under its Call-ID, with CSeq numbers that the ledger is told of.
  mutating func addition(
    _ account: Account,
    _ row: OwnedRegistration,
    contact: String?
  ) -> AccountAddition {
    let sequence = reserve(row)
    var progress = RegistrationProgress(row)
    progress.cseqReserved = sequence.ceiling
    entries.append(.update(progress))
    var addition = AccountAddition(account: account, credentials: credentials(account), sequence: sequence)
    addition.instanceID = row.instanceID
    addition.contact = contact
    addition.formerContacts = row.contactsLeft
    return addition
  }

  /// Sets the next block of CSeq numbers aside.
  mutating func reserve(_ row: OwnedRegistration) -> CallSequence {
    let last = max(row.cseqReserved, reservations[row.callID] ?? 0)
    reservations[row.callID] = last + work.cseqBlock
    return CallSequence(callID: row.callID, lastCSeq: last, ceiling: last + work.cseqBlock)
  }

  /// Gives the engine an account that is bound already, its masters first.
  mutating func hold(_ account: Account, _ row: OwnedRegistration, contact: String?, at now: Instant) {
    guard !isResident(account.id) else { return }
    addMasters(of: account, at: now)
    var addition = addition(account, row, contact: contact)
    let time = time(at: now)
    if let bound = row.contact, row.phase == .bound, row.mayBeBound(at: time) {
      let granted = row.granted ?? account.expires
      addition.binding = ExistingBinding(
        contact: bound,
        expiresIn: row.expiresAt.map { $0 - time } ?? .seconds(Int(granted)),
        refreshIn: row.refreshAt.map { max(.zero, $0 - time) } ?? .zero,
        granted: granted
      )
      // A run that goes on and holds its accounts gives calls a way again; one that ends has none to give.
      addition.binding?.lostItsFlow = work.holdsUnchanged
    }
    add(addition)
  }

  /// Gives the engine the masters that an account needs and that nothing in this plan changes.
  mutating func addMasters(of account: Account, at now: Instant) {
    for dependency in account.dependsOn where !isResident(dependency.account) {
      guard let master = declared(dependency.account) else { continue }
      if let row = boundRow(of: dependency.account) {
        hold(master, row, contact: row.contact, at: now)
      } else if dependency.condition == .attempted {
        addIdle(master, at: now)
      }
    }
  }

  func boundRow(of id: AccountID) -> OwnedRegistration? {
    let row = adopted[id] ?? currentRow(of: id).map { work.observed.owned[$0] }
    return row?.phase == .bound ? row : nil
  }

  /// A master that is not to be registered now, but that a dependent is to name.
  private mutating func addIdle(_ master: Account, at now: Instant) {
    var idle = master
    idle.register = false
    addMasters(of: idle, at: now)
    add(AccountAddition(account: idle, sequence: CallSequence(callID: "", lastCSeq: 0, ceiling: 0)))
  }

  /// Gives the engine every bound account that the plan leaves as it is.
  mutating func holdUnchanged(at now: Instant) {
    let changed = Set(work.plan.changes.lazy.filter { !$0.isQuiet }.map(\.account))
    for desired in work.desired.accounts where desired.account.register {
      let id = desired.account.id
      guard !changed.contains(id), let row = currentRow(of: id), work.observed.owned[row].phase == .bound
      else {
        continue
      }
      let owned = work.observed.owned[row]
      hold(asHeld(desired.account, owned), owned, contact: owned.contact, at: now)
    }
  }

  /// What is declared differently and left as it is all the same, for it is suspended or protected, is held as it
  /// was registered: its refreshes do not bring the change in unseen.
  private func asHeld(_ account: Account, _ row: OwnedRegistration) -> Account {
    guard row.account.id == account.id, account.needsTraffic(after: row.account) else { return account }
    var before = row.account
    before.register = true
    let areDeclared = before.dependsOn.allSatisfy { declared($0.account) != nil }
    if !areDeclared { before.dependsOn = account.dependsOn }
    return before
  }

  /// An engine tells accounts and their masters by name: what has another name now, or a master that has, is
  /// given to it anew, with the binding that it had.
  mutating func leaveFormerNames(_ change: Change) {
    guard let position = currentRow(of: change.account), let account = declared(change.account) else {
      return
    }
    let before = work.observed.owned[position].account
    var left: [AccountID] = before.id == account.id ? [] : [before.id]
    if before.dependsOn != account.dependsOn { left.append(account.id) }
    for id in left where noLongerResident(id) {
      batch.forgets.append(id)
      accounts[accounts.number(of: account.id)].hasLeft = true
    }
  }

  /// Writes local fields, a new name, an adoption, or that nothing is bound any more.
  mutating func record(_ change: Change, at now: Instant, using random: inout some RandomNumberGenerator) {
    guard let account = declared(change.account) else { return }
    var row: OwnedRegistration
    if let position = currentRow(of: change.account) {
      row = self.row(at: position)
    } else {
      let callID = RandomIdentifier.callID(using: &random)
      row = OwnedRegistration(callID: callID, account: account, phase: .pending, updatedAt: time(at: now))
      row.secretFingerprint = work.secretFingerprints[account.id]
      row.contact = account.declaredContact?.description
    }
    row.account = account
    row.updatedAt = time(at: now)
    if !account.register || change.cause.kind == .dependency {
      row.phase = .cleared
    } else if change.action == .adopt {
      adopt(&row, at: now)
      adopted[account.id] = row
      if let contact = row.contact { accounts[accounts.number(of: account.id)].contact = contact }
    }
    entries.append(.save(row))
    if change.action == .adopt, work.holdsUnchanged { hold(account, row, contact: row.contact, at: now) }
    if isResident(account.id) {
      batch.edits.append(AccountEdit(account: account, credentials: credentials(account)))
    } else if accounts[account.id]?.hasLeft == true {
      hold(account, row, contact: row.contact, at: now)
    }
  }

  private func adopt(_ row: inout OwnedRegistration, at now: Instant) {
    guard case .known(let bindings)? = work.observed.live[row.account.id] else { return }
    let shared = row.account.contactMaster.flatMap { currentRow(of: $0) }.flatMap {
      work.observed.owned[$0].contact
    }
    row.instanceID = row.instanceID ?? row.account.outbound.instanceID
    let ownership = Ownership(of: row.account, row: row, sharing: shared)
    guard let binding = bindings.first(where: ownership.owns) else { return }
    if row.account.outbound.isEnabled, row.instanceID == nil, let listed = binding.instanceID {
      // Under another one the next REGISTER would make a second binding.
      row.instanceID = listed.filter { $0 != "<" && $0 != ">" }
    }
    let expires = binding.expires ?? row.account.expires
    row.phase = .bound
    row.contact = binding.contact
    row.granted = expires
    row.expiresAt = time(at: now) + .seconds(Int(expires))
    row.refreshAt = time(at: now) + .seconds(Int(expires) * 3 / 4)
  }
}
