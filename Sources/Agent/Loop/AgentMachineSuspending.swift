import Reconcile
import SIP

// Accounts that a person wants left alone for a while.

extension AgentMachine {
  mutating func suspend(
    _ ids: [AccountID],
    for duration: Duration?,
    because reason: String,
    _ ticket: Ticket,
    _ desired: DesiredState,
    at now: Instant
  ) -> [Action] {
    if let problem = AgentMachine.unknown(ids, in: desired) { return [.answer(ticket.number, problem)] }
    let suspensions = ids.map { id in
      Suspension(
        account: id,
        since: ticket.askedAt,
        until: duration.map { ticket.askedAt + $0 },
        reason: reason
      )
    }
    for suspension in suspensions {
      self.suspensions[suspension.account] = suspension
      suspensionEnds[suspension.account] = duration.map { now + $0 }
    }
    return [
      .keep(suspensions, ended: []), .suspend(residents(of: ids, in: desired)),
      .note(.suspended(suspensions)), .answer(ticket.number, .suspended(suspensions)),
    ]
  }

  mutating func resume(
    _ ids: [AccountID],
    _ ticket: Ticket,
    _ desired: DesiredState,
    at now: Instant
  ) -> [Action] {
    let others = ids.filter { suspensions[$0] == nil }
    guard others.isEmpty else {
      let names = others.map(\.name).joined(separator: ", ")
      return [.answer(ticket.number, .problem(.suspension, "not suspended: \(names)"))]
    }
    return endSuspensions(of: ids, in: desired) + [.answer(ticket.number, .resumed(ids))]
  }

  /// Suspensions that have lasted as long as they were to.
  mutating func endDueSuspensions(at now: Instant) -> [Action] {
    let due = suspensionEnds.filter { $0.value <= now }.keys.sorted()
    guard !due.isEmpty, let desired = inForce?.desired else { return [] }
    return endSuspensions(of: due, in: desired)
  }

  private mutating func endSuspensions(of ids: [AccountID], in desired: DesiredState) -> [Action] {
    for id in ids {
      suspensions[id] = nil
      suspensionEnds[id] = nil
    }
    // What the files say of them by now has not been done.
    wants.insert(.plan)
    return [.keep([], ended: ids), .resume(residents(of: ids, in: desired)), .note(.resumed(ids))]
  }

  /// Takes what was suspended in an earlier life of the agent, and goes on with it.
  mutating func takeSuspensions(_ kept: [Suspension], at now: Instant, time: Timestamp) {
    for suspension in kept {
      suspensions[suspension.account] = suspension
      suspensionEnds[suspension.account] = suspension.until.map { now + ($0 - time) }
    }
  }

  /// A suspension goes along with a new name.
  mutating func takeSuspendedNames(of desired: DesiredState) -> [Action] {
    var moved: [Suspension] = []
    var left: [AccountID] = []
    for declared in desired.accounts {
      guard let former = declared.account.movedFrom, var suspension = suspensions[former],
        suspensions[declared.account.id] == nil, declared.account.flowOf == nil
      else { continue }
      suspension.account = declared.account.id
      moved.append(suspension)
      left.append(former)
      suspensions[former] = nil
      suspensions[suspension.account] = suspension
      suspensionEnds[suspension.account] = suspensionEnds.removeValue(forKey: former)
    }
    return moved.isEmpty ? [] : [.keep(moved, ended: left)]
  }

  /// The accounts that the engine has of these declared ones: all of their flows.
  private func residents(of ids: [AccountID], in desired: DesiredState) -> [AccountID] {
    let names = Set(ids)
    return desired.accounts.lazy.map(\.account).filter { names.contains($0.declaredID) }.map(\.id)
      .filter(residents.contains)
  }
}
