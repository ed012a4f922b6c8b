import Reconcile
import SIP

// Accounts that are changed, refreshed or let go.

extension EngineMachine {
  func edit(_ id: AccountID) throws(EngineError) -> AccountEdit {
    let slot = try existing(id)
    return AccountEdit(
      account: slots[slot].account,
      credentials: slots[slot].registration.authenticator.credentials
    )
  }

  /// Commits an edit: one REGISTER if the wire shows a difference, else none.
  mutating func done(_ edit: AccountEdit, at now: Instant) throws(EngineError) {
    let slot = try existing(edit.id)
    let before = slots[slot].account
    let after = edit.account
    if AddressOfRecord(before.identity.uri) != AddressOfRecord(after.identity.uri) {
      throw .immutable(edit.id, .identity)
    }
    if before.dependsOn != after.dependsOn { throw .immutable(edit.id, .dependsOn) }
    let secretsChanged = edit.credentials != slots[slot].registration.authenticator.credentials
    slots[slot].account = after
    slots[slot].registration.settings = RegistrationMachine.Settings(after, retries: true)
    if secretsChanged { slots[slot].registration.authenticator.replaceCredentials(edit.credentials) }
    let lane = lane(for: after)
    let home = self.lane(for: before)
    let differs = before.wire != after.wire || lanes[lane].destination != lanes[home].destination
    if differs || lane != home || before.redirects != after.redirects {
      step(slot, at: now) { $0.endRedirection(into: &$2) }
    }
    if differs {
      slots[slot].withheldOptions = []
      reshape(slot)
    }
    if lane != slots[slot].lane, slots[slot].registration.redirection == nil { move(slot, to: lane) }
    if let instance = edit.instanceID ?? after.outbound.instanceID { slots[slot].instanceID = instance }
    let declaresContact = after.contact != nil || after.push != nil
    let contactDiffers = before.contact != after.contact || before.push != after.push
    if after.register, contactDiffers || (!before.register && declaresContact) {
      leaveContact(of: slot, for: [])
    }
    redirectTargets = nil
    let goal: RegistrationMachine.Goal = after.register ? .bound : .unbound
    let goalChanged = slots[slot].registration.goal != goal
    step(slot, at: now) { $0.want(goal, at: now, into: &$2) }
    if differs || secretsChanged, !goalChanged {
      step(slot, at: now) { $0.touch(at: now, into: &$2) }
    }
    settleGate(of: slot, at: now)
    if goalChanged { wakeDependents(of: slot, at: now) }
    pump(at: now)
  }

  /// Another next hop: what waits for a turn waits there; what is on its way ends where it is.
  mutating func move(_ slot: Int, to lane: Int) {
    let old = slots[slot].lane
    slots[slot].lane = lane
    slots[slot].server = nil
    slots[slot].hasChosenServer = false
    slots[slot].registration.authenticator.forgetNonces()
    guard case .queued = slots[slot].registration.state, lanes[old].withdraw(slot) else { return }
    lanes[lane].ready.append(slot)
    mark(lane)
  }

  mutating func refresh(_ ids: [AccountID], at now: Instant) throws(EngineError) {
    for slot in try existing(ids) {
      step(slot, at: now) { $0.touch(at: now, into: &$2) }
    }
    pump(at: now)
  }

  /// A suspended registration is one that waits for a person, as others wait for a master.
  mutating func suspend(_ ids: [AccountID], at now: Instant) throws(EngineError) {
    for slot in try existing(ids) { slots[slot].isSuspended = true }
  }

  mutating func resume(_ ids: [AccountID], at now: Instant) throws(EngineError) {
    for slot in try existing(ids) where slots[slot].isSuspended {
      slots[slot].isSuspended = false
      settleGate(of: slot, at: now)
    }
    pump(at: now)
  }

  /// Dependents that stay keep what they have, and wait until their master is added again.
  mutating func forget(_ ids: [AccountID], at now: Instant) throws(EngineError) {
    _ = try existing(ids)
    for id in ids {
      guard let slot = slotByAccount.removeValue(forKey: id) else { continue }
      for edge in slots[slot].masters {
        if let master = edge.master {
          slots[master].dependents.removeAll { $0 == slot }
        } else {
          orphans[edge.name]?.removeAll { $0 == slot }
        }
      }
      for dependent in slots[slot].dependents {
        for edge in slots[dependent].masters.indices where slots[dependent].masters[edge].master == slot {
          slots[dependent].masters[edge].master = nil
        }
        orphans[id, default: []].append(dependent)
      }
      depart(slot)
    }
    redirectTargets = nil
    pump(at: now)
  }

  private func existing(_ ids: [AccountID]) throws(EngineError) -> [Int] {
    try ids.map { id throws(EngineError) in try existing(id) }
  }

  private func existing(_ id: AccountID) throws(EngineError) -> Int {
    guard let slot = slotByAccount[id] else { throw .unknownAccount(id) }
    return slot
  }
}
