import Reconcile
import SIP

// How flows are kept alive, and found dead.

extension EngineMachine {
  /// A 2xx over a flow says how the flow is to be kept alive (RFC 5626, 4.4). All accounts share it: the
  /// shortest pace counts.
  mutating func keepAlive(_ flow: Int, for slot: Int, after answer: AnswerReader, at now: Instant) {
    guard answer.isSuccess, let wish = keepAliveWish(of: slot, over: flow, answer) else { return }
    if let present = flows[flow].keepAlive?.wish {
      let isShorter = wish.pace.longest < present.pace.longest
      guard isShorter || (wish.awaitsPong && !present.awaitsPong) else { return }
    } else if flows[flow].state != .open {
      return
    }
    flows[flow].keepAlive = FlowKeepAlive(wish)
    stepKeepAlive(of: flow, at: now) { $0.start(at: now, using: &$1) }
  }

  /// Datagrams are kept alive only where the account asks for it (RFC 5626, 8); a connection unless it says no.
  private func keepAliveWish(
    of slot: Int,
    over flow: Int,
    _ answer: AnswerReader
  ) -> FlowKeepAlive.Wish? {
    let asked = slots[slot].account.keepAlive
    guard flows[flow].transport.isReliable else {
      guard let asked, asked > 0 else { return nil }
      return FlowKeepAlive.Wish(pace: .every(.seconds(Int64(asked))), awaitsPong: false)
    }
    guard asked != 0 else { return nil }
    var pace = answer.flowTimer.map { KeepAlive.Pace.flowTimer(seconds: $0) } ?? .stream
    if let asked {
      let own = KeepAlive.Pace.every(.seconds(Int64(asked)))
      if answer.flowTimer == nil || own.longest < pace.longest { pace = own }
    }
    return FlowKeepAlive.Wish(pace: pace, awaitsPong: answer.requiresOutbound)
  }

  mutating func keepAliveTimerFired(_ flow: Int, at now: Instant) {
    guard flows[flow].state == .open else { return }
    guard isInUse(flow) else { return retire(flow) }
    let isReceiving = flows[flow].isReceiving
    stepKeepAlive(of: flow, at: now) { $0.timerFired(isReceiving: isReceiving, at: now, using: &$1) }
  }

  /// The other side answered a keep-alive.
  mutating func receivePong(on flow: Int, at now: Instant) {
    stepKeepAlive(of: flow, at: now) { $0.receivePong(at: now, using: &$1) }
  }

  /// All that has come on a flow was handled.
  ///
  /// - Parameter isReceiving: a message has begun, and has not ended.
  mutating func receivedAll(on flow: Int, isReceiving: Bool, at now: Instant) {
    flows[flow].isReceiving = isReceiving
    if !isReceiving { stepKeepAlive(of: flow, at: now) { keepAlive, _ in keepAlive.messageEnded() } }
    pump(at: now)
  }

  private mutating func stepKeepAlive(
    of flow: Int,
    at now: Instant,
    _ body: (inout KeepAlive, inout RandomSource) -> KeepAlive.Action
  ) {
    guard flows[flow].state == .open, var keepAlive = flows[flow].keepAlive else { return }
    let action = body(&keepAlive.machine, &random)
    flows[flow].keepAlive = keepAlive
    switch action {
    case .none: return
    case .wait(let until): flowTimers.schedule(UInt32(flow), at: until)
    case .ping(let next):
      actions.append(.ping(flow: flow))
      flowTimers.schedule(UInt32(flow), at: next)
    case .failed:
      actions.append(.close(flow: flow))
      let reason = "no answer to a keep-alive within \(KeepAlive.pongLimit)"
      flowFailed(flow, reason: reason, isClosed: true, at: now)
    }
  }

  /// A connection whose other side is gone without a word swallows all that is sent on it: where a request got
  /// no answer in all its time, nor did any other since it was sent, it is given up for a new one.
  mutating func abandonIfSilent(_ flow: Int, since askedAt: Instant, at now: Instant) {
    guard flows[flow].transport.isReliable, flows[flow].state == .open else { return }
    if let answeredAt = flows[flow].answeredAt, answeredAt >= askedAt { return }
    actions.append(.close(flow: flow))
    flowFailed(flow, reason: "no answer over this connection", isClosed: true, at: now)
  }

  private func isInUse(_ flow: Int) -> Bool {
    for slot in slots.indices where slots[slot].server != nil {
      if case .free = slots[slot].role { continue }
      if self.flow(of: slot) == flow { return true }
    }
    for exchange in exchanges where exchange.slot >= 0 && exchange.flow == flow { return true }
    return false
  }

  /// A connection that no account uses any more is not kept.
  private mutating func retire(_ flow: Int) {
    guard flows[flow].transport.isReliable else { return }
    close(flow)
    flows[flow].keepAlive = nil
    actions.append(.close(flow: flow))
  }
}

extension KeepAlive.Pace {
  /// The longest time between two pings.
  fileprivate var longest: Duration {
    switch self {
    case .flowTimer(let seconds): .seconds(Int64(seconds))
    case .every(let period): period
    case .stream: .seconds(120)
    }
  }
}
