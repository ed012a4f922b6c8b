import SIP

// How a judgement becomes a change: its cause, its steps, and what it waits for.

extension Planning {
  /// The master whose contact the account shares: where it is declared, and the contact that it has bound.
  func contactMaster(of account: Account, at position: Int) -> (
    position: Int, contact: String?, identity: SIPURI
  )? {
    guard let id = account.contactMaster, let master = positions[id] else { return nil }
    let row = index.current[id]
    let isBound = row.map { observed.owned[$0].phase == .bound } ?? false
    let bound = isBound ? row.flatMap { observed.owned[$0].contact } : nil
    return (
      master, adoptedContacts[master] ?? bound,
      desired.accounts[master].account.identity.uri
    )
  }

  /// Contacts on this identity that are ours without being this account's.
  func siblingContacts(of account: Account, tombstones: [Int]) -> [String] {
    var contacts = tombstones.compactMap { observed.owned[$0].contact }
    contacts += (flowRows[account.declaredID] ?? []).compactMap { observed.owned[$0].contact }
    guard account.sharedIdentity, !siblings.isEmpty else { return contacts }
    for row in siblings[AddressOfRecord(account.identity.uri)] ?? [] {
      if let contact = observed.owned[row].contact { contacts.append(contact) }
    }
    return contacts
  }

  /// The instance id under which other flows of the account are registered.
  func instanceID(ofFlowsBeside account: Account) -> String? {
    guard account.outbound.isEnabled else { return nil }
    let first = account.flowOf.flatMap { index.current[$0] }
    return (first ?? flowRows[account.declaredID]?.first).flatMap { observed.owned[$0].instanceID }
  }

  /// Notes the bindings of others that this plan leaves alone.
  mutating func noteForeign(_ view: AccountView) {
    let steps = changeOf[view.position].map { plan.changes[$0].steps } ?? []
    for binding in view.foreign where !steps.contains(.removeForeign(contact: binding.contact)) {
      plan.foreign.append(ForeignBinding(account: view.account.id, binding: binding))
    }
  }

  /// A cause with the place of the first of these fields that the manifest writes.
  func cause(_ kind: Cause.Kind, _ fields: [AccountField], at position: Int) -> Cause {
    let locations = desired.accounts[position].fieldLocations
    let place = locations.isEmpty ? nil : fields.lazy.compactMap { locations[$0] }.first
    return Cause(kind, at: place ?? desired.accounts[position].at)
  }

  /// Adds the change of a declared account, with the removal of what else is to go.
  mutating func add(
    _ action: Change.Action,
    _ cause: Cause,
    _ steps: [Step],
    _ fields: [AccountField],
    _ view: AccountView
  ) {
    var change = Change(account: view.account.id, action: action, cause: cause, steps: steps)
    if !fields.isEmpty {
      change.fields = fields.flatMap {
        FieldChange.changes(of: $0, before: view.row?.account, after: view.account)
      }
    }
    if view.live != nil, view.account.register {
      change.steps += view.removals.map { .removeForeign(contact: $0) }
    }
    change.steps += view.tombstones.map(lastStep)
    if mayTakeBinding(change.steps, from: view) { change.steps.append(.restore(account: change.account)) }
    let hasRenamedMasters =
      !change.onlyUnregisters && view.row.map { $0.account.dependsOn != view.account.dependsOn } ?? false
    if change.registers || hasRenamedMasters {
      waitForMasters(&change, view, forNames: hasRenamedMasters)
    }
    changeOf[view.position] = plan.changes.count
    plan.changes.append(change)
  }

  /// What is left to do about a registration that is to go.
  func lastStep(_ row: Int) -> Step {
    let callID = observed.owned[row].callID
    let isOver = !observed.owned[row].mayBeBound(at: observed.at) || observed.owned[row].contactsLeft.isEmpty
    return isOver ? .forget(callID: callID) : .unregister(callID: callID)
  }

  /// True if a registration of earlier is unregistered that may have the present binding.
  private func mayTakeBinding(_ steps: [Step], from view: AccountView) -> Bool {
    var left = view.tombstones.map { observed.owned[$0] }
    if steps.contains(.register), let row = view.row { left.append(row) }
    return left.contains { row in
      steps.contains(.unregister(callID: row.callID)) && view.account.mayLoseBinding(with: row)
    }
  }

  /// - Parameter isForNames: its masters may have other names, under which they are to be known first.
  private func waitForMasters(_ change: inout Change, _ view: AccountView, forNames isForNames: Bool) {
    for master in graph.masters[view.position] ?? [] {
      let id = desired.accounts[master].account.id
      let isAttemptEnough = view.account.dependsOn.contains {
        $0.account == id && $0.condition == .attempted
      }
      for other in changedMasters(from: master) {
        let makesBinding = plan.changes[other].registers || plan.changes[other].action == .adopt
        guard makesBinding || (isForNames && other == changeOf[master]) else { continue }
        let id = plan.changes[other].account
        guard !change.after.contains(id) else { continue }
        change.after.append(id)
        change.wave = max(change.wave, plan.changes[other].wave + 1)
        if isAttemptEnough || !change.registers { change.afterAttempt.append(id) }
      }
    }
  }

  /// The changes of an account, or else of those that it waits for itself, over any number of levels: a master that
  /// stays as it is may depend on one that does not.
  private func changedMasters(from master: Int) -> [Int] {
    if let change = changeOf[master] { return [change] }
    var found: [Int] = []
    var open = graph.masters[master] ?? []
    var seen = Set(open)
    while let next = open.popLast() {
      if let change = changeOf[next] {
        if !found.contains(change) { found.append(change) }
        continue
      }
      for above in graph.masters[next] ?? [] where seen.insert(above).inserted { open.append(above) }
    }
    return found.sorted { plan.changes[$0].account < plan.changes[$1].account }
  }
}

extension Change {
  /// True if it makes or renews a binding, so that dependents wait for it.
  package var registers: Bool {
    steps.contains { step in
      switch step {
      case .register, .edit, .refresh: true
      case .restore, .unregister, .removeForeign, .record, .forget: false
      }
    }
  }

  /// True if all that it sends takes a binding away.
  package var onlyUnregisters: Bool {
    !registers && steps.contains { if case .unregister = $0 { true } else { false } }
  }
}
