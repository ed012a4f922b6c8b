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
      .keep(suspensions, ended: []), .suspend(residents(of: ids)),
      .note(.suspended(suspensions)), .answer(ticket.number, .suspended(suspensions)),
    ]
  }

  mutating func resume(
    _ ids: [AccountID],
    _ ticket: Ticket,
    _ desired: DesiredState,
    at now: Instant
  ) -> [Action] {
    let names = ids.map { (id: $0, suspended: suspendedName(of: $0, in: desired)) }
    let others = names.filter { $0.suspended == nil }.map(\.id.name)
    guard others.isEmpty else {
      let message = "not suspended: \(others.joined(separator: ", "))"
      return [.answer(ticket.number, .problem(.suspension, message))]
    }
    return endSuspensions(of: names.compactMap(\.suspended)) + [.answer(ticket.number, .resumed(ids))]
  }

  /// Suspensions that have lasted as long as they were to.
  mutating func endDueSuspensions(at now: Instant) -> [Action] {
    let due = suspensionEnds.filter { $0.value <= now }.keys.sorted()
    return due.isEmpty ? [] : endSuspensions(of: due)
  }

  private mutating func endSuspensions(of ids: [AccountID]) -> [Action] {
    for id in ids {
      suspensions[id] = nil
      suspensionEnds[id] = nil
    }
    // What the files say of them by now has not been done.
    wants.insert(.plan)
    return [.keep([], ended: ids), .resume(residents(of: ids)), .note(.resumed(ids))]
  }

  /// Takes what was suspended in an earlier life of the agent, and goes on with it.
  mutating func takeSuspensions(_ kept: [Suspension], at now: Instant, time: Timestamp) {
    for suspension in kept {
      suspensions[suspension.account] = suspension
      suspensionEnds[suspension.account] = suspension.until.map { now + ($0 - time) }
    }
  }

  /// The suspensions by all names that their accounts have and had.
  var suspended: [AccountID: Suspension] { inForce?.desired?.following(suspensions) ?? suspensions }

  /// The name under which an account was suspended; nil if it was not.
  private func suspendedName(of id: AccountID, in desired: DesiredState) -> AccountID? {
    if suspensions[id] != nil { return id }
    let former = desired.accounts.first { $0.account.id == id }?.account.movedFrom
    return former.flatMap { suspensions[$0] == nil ? nil : $0 }
  }

  /// The accounts that the engine has under these names: all of their flows.
  private func residents(of ids: [AccountID]) -> [AccountID] {
    let flows = 2...UInt32(Account.mostFlows)
    return ids.flatMap { id in [id] + flows.map { id.flow($0) } }.filter(residents.contains)
  }
}
