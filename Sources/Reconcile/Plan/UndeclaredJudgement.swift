import SIP

// What happens to what we own and the manifest no longer declares; and the order in which bindings go.

extension Planning {
  mutating func planUndeclared() {
    var rows: [AccountID: [Int]] = [:]
    for row in observed.owned.indices where !isClaimed[row] && observed.owned[row].phase != .tombstone {
      rows[observed.owned[row].account.id, default: []].append(row)
    }
    for (id, tombstones) in index.tombstones where !isDeclared(id) {
      rows[id, default: []] += tombstones.filter { !(rows[id] ?? []).contains($0) }
    }
    let heirs = heirs(of: rows.values.joined())
    for id in rows.keys.sorted() where !isDeclared(id) {
      guard selection.includes(id) else {
        if let suspension = selection.suspended[id] { keep(id, .unregister, suspension.text) }
        continue
      }
      guard observed.otherOwners[id] == nil || observed.otherOwners[id] == options.takeover else { continue }
      planUndeclared(id, rows: rows[id] ?? [], heirs)
    }
  }

  /// An account whose row was found by name, or that has only tombstones, is declared all the same.
  private func isDeclared(_ id: AccountID) -> Bool {
    if let row = index.current[id], isClaimed[row] { return true }
    return index.current[id] == nil && declaredTombstones.contains(id)
  }

  private mutating func planUndeclared(_ id: AccountID, rows: [Int], _ heirs: [AddressOfRecord: [Int]]) {
    let current = index.current[id].map { observed.owned[$0] }
    if let current, current.phase != .cleared {
      if current.account.protect { return keep(id, .unregister, "protected, and no longer declared") }
      if (options.prune ?? desired.policy.prune) == .never {
        return keep(id, .unregister, "no longer declared, and nothing is pruned")
      }
      if case .unknown(let reason)? = observed.live[id] {
        plan.unknown.append(UnknownAccount(account: id, reason: reason))
        return
      }
    }
    let steps = rows.map { row in
      observed.owned[row].account.onRemove == .abandon
        ? Step.forget(callID: observed.owned[row].callID) : removal(row, of: id, heirs)
    }
    let cause: Cause.Kind = current == nil ? .orphan : .config
    let unregisters =
      current?.phase == .bound || current?.phase == .pending || steps.contains(where: \.isSent)
    let isHandedOn = steps.allSatisfy { !$0.isSent } && !heirs.isEmpty
    var change = Change(
      account: id,
      action: unregisters && !isHandedOn ? .unregister : .local,
      cause: Cause(cause),
      steps: steps
    )
    if !heirs.isEmpty { inherit(&change, rows, heirs) }
    plan.changes.append(change)
  }

  private func removal(_ row: Int, of id: AccountID, _ heirs: [AddressOfRecord: [Int]]) -> Step {
    if isHandedOn(row, heirs) { return .forget(callID: observed.owned[row].callID) }
    if case .known(let bindings)? = observed.live[id] {
      let owned = observed.owned[row]
      let ownership = Ownership(
        contact: owned.contact,
        instanceID: owned.instanceID,
        registrationID: owned.account.outbound.registrationID,
        former: owned.formerContacts
      )
      if !bindings.contains(where: ownership.owns) { return .forget(callID: owned.callID) }
    }
    return lastStep(row)
  }

  /// Makes each master's unregistering wait for those that depend on it, over any number of levels.
  mutating func orderUnregisters() {
    var removed: [AccountID: Int] = [:]
    for position in plan.changes.indices where plan.changes[position].onlyUnregisters {
      removed[plan.changes[position].account] = position
    }
    guard !removed.isEmpty else { return }
    var waiting: [Int: Int] = [:]
    var masters: [Int: [Int]] = [:]
    for position in plan.changes.indices where !plan.changes[position].isQuiet {
      let id = plan.changes[position].account
      guard let row = index.current[id] ?? index.tombstones[id]?.first else { continue }
      for dependency in observed.owned[row].account.dependsOn {
        let name = index.renamed[dependency.account] ?? dependency.account
        guard let master = removed[name], master != position else { continue }
        plan.changes[master].after.append(id)
        waiting[master, default: 0] += 1
        masters[position, default: []].append(master)
      }
    }
    raiseWaves(waiting: waiting, masters: masters)
  }

  private mutating func raiseWaves(waiting: [Int: Int], masters: [Int: [Int]]) {
    var waiting = waiting
    var open = masters.keys.filter { waiting[$0] == nil }
    while let position = open.popLast() {
      for master in masters[position] ?? [] {
        plan.changes[master].wave = max(plan.changes[master].wave, plan.changes[position].wave + 1)
        waiting[master]! -= 1
        if waiting[master] == 0 { open.append(master) }
      }
    }
  }
}

extension Change {
  /// True if it sends nothing.
  package var isQuiet: Bool { !steps.contains(where: \.isSent) }
}

extension Step {
  /// True if it sends something.
  package var isSent: Bool {
    switch self {
    case .register, .edit, .refresh, .restore, .unregister, .removeForeign: true
    case .record, .forget: false
    }
  }
}
