import DequeModule
import Reconcile
import SIP

// Who waits for a server that asked to be left alone (Retry-After, RFC 7339), and who does not wait for so long.

extension EngineMachine {
  /// How long a question or a removal waits for its server: about as long as for an answer. An account waits in any
  /// case, for it is to be registered in the end.
  static let heldPatience = Duration.seconds(32)

  /// The accounts whose turn waits, with the server that they wait for.
  func heldAccounts(at now: Instant) -> [HeldAccount] {
    var held: [HeldAccount] = []
    for lane in lanes where !lane.ready.isEmpty || !lane.deferred.isEmpty {
      let server = lane.flows.first.map { flows[$0].name } ?? "\(lane.destination)"
      let note = { (slot: Int, end: Instant) in
        guard case .account = slots[slot].role, end > now else { return }
        held.append(HeldAccount(slots[slot].account.id, server: server, remaining: end - now))
      }
      for deferral in lane.deferred { note(deferral.slot, deferral.until) }
      guard let first = lane.ready.first, let end = laneOpens(lane, first, at: now) else { continue }
      for slot in lane.ready { note(slot, end) }
    }
    return held
  }

  /// When a lane from which nothing may go has its next turn; nil where something may.
  private func laneOpens(_ lane: Lane, _ first: Int, at now: Instant) -> Instant? {
    lane.pacer.pauseEnd(at: now) ?? closedUntil(first, at: now)
  }

  /// Ends the questions and removals of a lane that would have to wait for longer than they may. True if there were any.
  mutating func endHeld(of lane: Int, until end: Instant, at now: Instant) -> Bool {
    guard end - now > EngineMachine.heldPatience else { return false }
    let impatient = lanes[lane].ready.filter { slots[$0].lane == lane && isTransient($0) }
    guard !impatient.isEmpty else { return false }
    let names = Set(impatient)
    lanes[lane].ready.removeAll { names.contains($0) }
    let server = lanes[lane].flows.first.map { flows[$0].name } ?? "\(lanes[lane].destination)"
    let failure = AttemptFailure.heldBack(server: server, seconds: (end - now).components.seconds)
    for slot in impatient {
      slots[slot].reason = describe(failure)
      step(slot, at: now) { $0.failUnsent(failure, at: now, using: &$1, into: &$2) }
      endTransient(slot)
    }
    return true
  }

  private func isTransient(_ slot: Int) -> Bool {
    switch slots[slot].role {
    case .query, .withdrawal: true
    case .account, .departed, .free: false
    }
  }
}
