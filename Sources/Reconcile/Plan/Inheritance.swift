import SIP

// What has the identity of a binding that is to go, and may have that very binding by then.

extension Planning {
  /// Declared accounts that leave an identity, or a registrar, give their old binding to whoever has it now, and
  /// take nothing away from them: two accounts may have swapped their identities.
  mutating func handOn() {
    let left = plan.changes.map { change in Set(change.steps.compactMap(\.unregistered)) }
    let all = left.reduce(into: Set()) { $0.formUnion($1) }
    guard !all.isEmpty else { return }
    let rows = observed.owned.indices.filter { all.contains(observed.owned[$0].callID) }
    let heirs = heirs(of: rows)
    guard !heirs.isEmpty else { return }
    for change in plan.changes.indices where !left[change].isEmpty {
      handOn(rows.filter { left[change].contains(observed.owned[$0].callID) }, of: change, to: heirs)
    }
  }

  private mutating func handOn(_ rows: [Int], of number: Int, to heirs: [AddressOfRecord: [Int]]) {
    var change = plan.changes[number]
    for row in rows where isHandedOn(row, heirs, besides: change.account) {
      let callID = observed.owned[row].callID
      for step in change.steps.indices where change.steps[step] == .unregister(callID: callID) {
        change.steps[step] = .forget(callID: callID)
      }
    }
    inherit(&change, rows, heirs)
    if change.action == .unregister, change.isQuiet { change.action = .local }
    plan.changes[number] = change
  }

  /// Positions of the declared accounts that have an identity of these rows, by it: an account that was renamed
  /// without a word is another one for us, with the same binding.
  func heirs(of rows: some Sequence<Int>) -> [AddressOfRecord: [Int]] {
    let users = Set(rows.lazy.map { observed.owned[$0].account.identity.uri.user })
    guard !users.isEmpty else { return [:] }
    var heirs: [AddressOfRecord: [Int]] = [:]
    for position in desired.accounts.indices {
      let account = desired.accounts[position].account
      guard users.contains(account.identity.uri.user), account.register, blockedBy[position] == nil else {
        continue
      }
      heirs[AddressOfRecord(account.identity.uri), default: []].append(position)
    }
    return heirs
  }

  /// What has the same binding by then is to have it before anything is given up, and to have it afterwards.
  func inherit(_ change: inout Change, _ rows: [Int], _ heirs: [AddressOfRecord: [Int]]) {
    for row in rows {
      for heir in heirs[AddressOfRecord(observed.owned[row].account.identity.uri)] ?? [] {
        let id = desired.accounts[heir].account.id
        guard id != change.account, mayTake(heir, over: row) else { continue }
        if change.steps.contains(.unregister(callID: observed.owned[row].callID)),
          !change.steps.contains(.restore(account: id)),
          desired.accounts[heir].account.mayLoseBinding(with: observed.owned[row])
        {
          change.steps.append(.restore(account: id))
        }
        guard !change.heirs.contains(id) else { continue }
        change.heirs.append(id)
        // A binding is made before another goes; only what does nothing else waits as a whole.
        guard !change.registers, let other = changeOf[heir], !plan.changes[other].onlyUnregisters else {
          continue
        }
        change.after.append(id)
        change.wave = max(change.wave, plan.changes[other].wave + 1)
      }
    }
  }

  /// True if a declared account has, or will have, this very binding, and nothing else is left of the registration.
  func isHandedOn(_ row: Int, _ heirs: [AddressOfRecord: [Int]], besides leaving: AccountID? = nil) -> Bool {
    let owned = observed.owned[row]
    guard let contact = owned.contact,
      owned.formerContacts.allSatisfy({ SIPURI.sameContact($0, contact) })
    else { return false }
    return (heirs[AddressOfRecord(owned.account.identity.uri)] ?? []).contains { heir in
      let account = desired.accounts[heir].account
      guard account.id != leaving, account.sharesBindings(with: owned.account),
        let present = contactToBe(of: heir)
      else { return false }
      return SIPURI.sameContact(present, contact)
    }
  }

  /// The contact that an account will have, as far as it is known beforehand.
  private func contactToBe(of heir: Int) -> String? {
    let account = desired.accounts[heir].account
    if let declared = account.declaredContact { return declared.description }
    guard changeOf[heir] == nil, let row = index.current[account.id] else { return nil }
    return observed.owned[row].phase == .bound ? observed.owned[row].contact : nil
  }

  /// False for an account that is known to have another contact than this row left, and tells bindings by it.
  private func mayTake(_ heir: Int, over row: Int) -> Bool {
    let (account, owned) = (desired.accounts[heir].account, observed.owned[row])
    if account.isOtherFlow(than: owned.account) { return false }
    if account.outbound.isEnabled && owned.account.outbound.isEnabled { return true }
    guard let present = contactToBe(of: heir) else { return true }
    return owned.contactsLeft.contains { SIPURI.sameContact($0, present) }
  }
}

extension Step {
  /// The Call-ID of the registration that it ends.
  fileprivate var unregistered: String? {
    switch self {
    case .unregister(let callID): callID
    case .register, .edit, .refresh, .restore, .removeForeign, .record, .forget: nil
    }
  }
}
