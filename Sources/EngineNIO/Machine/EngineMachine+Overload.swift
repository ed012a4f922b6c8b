import Reconcile
import SIP

// Servers that ask for less traffic (RFC 7339, RFC 7415), where the settings offer to obey them.

extension EngineMachine {
  /// Reads what an answer says about the load of the server that gave it.
  ///
  /// Only the server that was asked is believed, for a word forged in its name could silence us.
  mutating func noteLoad(_ via: ViaView, on flow: Int, from peer: Endpoint, at now: Instant) {
    guard settings.offersOverloadControl, peer == flows[flow].server, let feedback = OverloadFeedback(via)
    else { return }
    let target = flows[flow].target
    let isFirst = overload[target] == nil
    overload[target, default: OverloadControl()].receive(feedback, at: now)
    if overload[target]?.isRestricted(at: now) == true {
      if isFirst { actions.append(.warn(.overloaded(server: flows[flow].name, feedback.restriction))) }
      return
    }
    for lane in lanes.indices where !lanes[lane].deferred.isEmpty && lanes[lane].flows.contains(flow) {
      lanes[lane].resume()
      mark(lane)
    }
  }

  /// Until when nothing at all may go to the server that a registration has chosen.
  func closedUntil(_ slot: Int, at now: Instant) -> Instant? {
    guard !overload.isEmpty, let flow = flow(of: slot) else { return nil }
    return overload[flows[flow].target]?.closedUntil(at: now)
  }

  /// Until when this registration leaves its server alone, so that others have their turn; nil is not at all.
  mutating func overloadDefers(_ slot: Int, at now: Instant) -> Instant? {
    guard !overload.isEmpty, let flow = flow(of: slot) else { return nil }
    switch overload[flows[flow].target]?.admit(at: now, using: &random) {
    case .deferred(let until), .closed(let until): return until
    case .now, nil: return nil
    }
  }

  /// A further request of a turn does not wait, and counts all the same.
  mutating func overloadCounts(_ slot: Int, at now: Instant) {
    guard !overload.isEmpty, let flow = flow(of: slot) else { return }
    overload[flows[flow].target]?.sentAgain(at: now)
  }
}
