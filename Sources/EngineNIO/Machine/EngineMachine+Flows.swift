import Reconcile
import SIP

// How flows open and end, and what becomes of those who used them.

extension EngineMachine {
  /// A flow is open; `local` is our own address on it.
  mutating func opened(_ flow: Int, local: Endpoint, at now: Instant) {
    let sentBy = sentBy(on: flow, local: local)
    flows[flow].state = .open
    flows[flow].local = local
    flows[flow].mapping.forget()
    flows[flow].openedAt = now
    flows[flow].sentBy = sentBy
    flows[flow].sender = RequestShape.Sender(
      transport: flows[flow].transport,
      sentBy: sentBy.text,
      offersOverloadControl: settings.offersOverloadControl
    )
    for lane in flows[flow].waiting { mark(lane) }
    flows[flow].waiting = []
    sendAwaiting(flow, at: now)
    pump(at: now)
  }

  /// Where we hear requests on a flow's transport (RFC 3261, 18.1.1), or a name that nobody resolves where
  /// only the flow itself leads to us (RFC 7118, 5.3).
  private func sentBy(on flow: Int, local: Endpoint) -> SentBy {
    if let host = flows[flow].anonymousHost { return SentBy(host, nil) }
    guard flows[flow].transport == .tcp, let streamPort else { return SentBy(local.address, local.port) }
    return SentBy(local.address, streamPort)
  }

  /// A flow could not be opened, or is no more, or the network refuses what goes over it: whoever waits for an
  /// answer on it need not wait for timer F (RFC 3261, 17.1.4).
  mutating func flowFailed(_ flow: Int, reason: String, isClosed: Bool, at now: Instant) {
    let wasOpening = flows[flow].state == .opening
    if isClosed { close(flow) }
    for exchange in exchanges.indices where exchanges[exchange].slot >= 0 && exchanges[exchange].flow == flow
    {
      noAnswer(to: exchange, .transport(reason), at: now)
    }
    if wasOpening {
      let waiting = flows[flow].waiting
      flows[flow].waiting = []
      for lane in waiting { failReady(of: lane, at: flow, .transport(reason), now: now) }
    } else if isClosed, flows[flow].transport.isReliable {
      renewBindings(on: flow, reason: reason, at: now)
    }
    pump(at: now)
  }

  mutating func close(_ flow: Int) {
    flows[flow].state = .closed
    flows[flow].sender = nil
    flowTimers.cancel(UInt32(flow))
  }

  /// Nobody reaches us any more at the contacts that stood for a lost connection: those registrations are
  /// renewed, each after a time of its own (RFC 5626, 4.5).
  private mutating func renewBindings(on flow: Int, reason: String, at now: Instant) {
    let isProved = flows[flow].isProved(at: now)
    flows[flow].keepAlive = nil
    for slot in slots.indices where usesForCalls(slot, flow) {
      slots[slot].reason = describe(.transport(reason), at: flows[flow].name)
      step(slot, at: now) {
        $0.flowLost(.transport(reason), wasProved: isProved, at: now, using: &$1, into: &$2)
      }
    }
  }

  /// Whether the registrar sends an account's calls over this flow.
  private func usesForCalls(_ slot: Int, _ flow: Int) -> Bool {
    guard case .account = slots[slot].role, slots[slot].server != nil else { return false }
    return self.flow(of: slot) == flow && slots[slot].account.hasOwnContact
  }

  /// The wait of a binding whose connection ended with the process that made it: short, and of its own length
  /// for each, so that not all come at once. Nil where no connection was lost.
  mutating func lostFlowWait(of slot: Int, _ binding: ExistingBinding) -> Duration? {
    guard binding.lostItsFlow, slots[slot].account.hasOwnContact else { return nil }
    guard ContactMatch.transport(slots[slot].contact)?.isReliable == true else { return nil }
    let isOpen = lanes[slots[slot].lane].flows.contains { flows[$0].state == .open }
    guard !isOpen else { return nil }
    let spread = Int64.random(in: 0...EngineMachine.restartSpread.nanoseconds, using: &random)
    return min(binding.refreshIn, .nanoseconds(spread))
  }

  /// After a restart, lost connections are made anew within this time; the registrar's pace comes on top.
  private static let restartSpread = Duration.seconds(10)
}
