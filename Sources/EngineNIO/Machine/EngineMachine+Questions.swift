import Reconcile
import SIP

// Questions and withdrawals: registrations that end with their first answer.

extension EngineMachine {
  mutating func query(_ query: BindingQuery, ticket: Int, position: Int, at now: Instant) {
    let fresh = CallSequence(callID: Token.callID(using: &random), lastCSeq: 0, ceiling: .max)
    let slot = makeSlot(
      .query(ticket: ticket, position: position),
      query.account,
      credentials: query.credentials,
      sequence: ownSequence(of: query) ?? fresh,
      retries: false
    )
    step(slot, at: now) { $0.want(.listed, at: now, into: &$2) }
  }

  /// Nil where the registration itself is at work here: its numbers are not for others to use up.
  private func ownSequence(of query: BindingQuery) -> CallSequence? {
    guard let sequence = query.sequence else { return nil }
    let isInUse = slotByAccount[query.account.id].map { slots[$0].shape.callID == sequence.callID } ?? false
    return isInUse ? nil : sequence
  }

  mutating func withdraw(_ withdrawal: Withdrawal, ticket: Int, position: Int, at now: Instant) {
    let slot = makeSlot(
      .withdrawal(ticket: ticket, position: position),
      withdrawal.account,
      credentials: withdrawal.credentials,
      sequence: withdrawal.sequence,
      retries: false
    )
    slots[slot].contact = Array(withdrawal.contact.utf8)
    slots[slot].instanceID = withdrawal.instanceID
    slots[slot].staleContacts = withdrawal.formerContacts.map { StaleContact($0) }
    step(slot, at: now) {
      $0.assumeBound(until: now + .seconds(3600))
      $0.want(.unbound, at: now, into: &$2)
    }
  }

  /// Keeps what a query's 2xx listed until its turn ends.
  mutating func noteQuery(_ slot: Int, code: UInt16, bindings: [Binding]) {
    guard case .query = slots[slot].role, (200...299).contains(code) else { return }
    listings[slot] = bindings
  }

  /// A question or a withdrawal is over once its turn is.
  mutating func endTransient(_ slot: Int) {
    if case .departed = slots[slot].role { return free(slot) }
    guard case .ended = slots[slot].registration.state else { return }
    let registration = slots[slot].registration
    switch slots[slot].role {
    case .free, .account, .departed: return
    case .query(let ticket, let position):
      let listing = listings.removeValue(forKey: slot)
      actions.append(
        .queryEnded(
          ticket: ticket,
          position: position,
          listing.map { .known($0) } ?? .unknown(failureText(of: slot))
        )
      )
    case .withdrawal(let ticket, let position):
      let result = WithdrawalResult(
        failure: registration.failure.map(RegistrationFailure.init),
        code: registration.lastCode,
        reason: slots[slot].reason,
        cseq: registration.cseq
      )
      actions.append(.withdrawalEnded(ticket: ticket, position: position, result))
    }
    free(slot)
  }

  private func failureText(of slot: Int) -> String {
    let registration = slots[slot].registration
    guard let code = registration.lastCode else { return slots[slot].reason }
    if case .refused = registration.failure { return "\(code) \(slots[slot].reason)" }
    return registration.failure.map { describe($0) } ?? slots[slot].reason
  }
}
