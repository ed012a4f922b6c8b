import DequeModule
import Reconcile
import SIP

// Which of a lane's servers is asked: the one that accepted, the next after a failure, none that asked for quiet.

extension EngineMachine {
  /// The attempt goes on at the lane's next server, or ends where there is none (RFC 3263, 4.3).
  mutating func tryNextServer(_ slot: Int, at now: Instant) {
    guard let exchange = slots[slot].exchange else { return }
    let lane = exchanges[exchange].lane
    let servers = lanes[lane].flows.count
    slots[slot].serversTried += 1
    while lane == slots[slot].lane, slots[slot].serversTried < servers {
      slots[slot].server = (slots[slot].server + 1) % servers
      let next = flow(of: slot)
      guard !isQuiet(next, at: now) else {
        slots[slot].serversTried += 1
        continue
      }
      slots[slot].registration.authenticator.forgetNonces()
      if case .open = flows[next].state { return sendAgain(slot, at: now) }
      exchanges[exchange].flow = next
      exchanges[exchange].awaitsFlow = true
      return openIfClosed(next)
    }
    resolveAnew(lane)
    step(slot, at: now) { $0.serversExhausted(at: now, using: &$1, into: &$2) }
    endTurn(of: slot, at: now)
  }

  /// Whatever waited for a flow to open is sent.
  mutating func sendAwaiting(_ flow: Int, at now: Instant) {
    for exchange in exchanges.indices
    where exchanges[exchange].slot >= 0 && exchanges[exchange].awaitsFlow && exchanges[exchange].flow == flow
    {
      exchanges[exchange].awaitsFlow = false
      sendAgain(exchanges[exchange].slot, at: now)
    }
  }

  mutating func openIfClosed(_ flow: Int) {
    guard case .closed = flows[flow].state else { return }
    flows[flow].state = .opening
    actions.append(.open(flow: flow, to: flows[flow].server))
  }

  /// No server of the lane answered: its name is looked up again before the next attempt, since what it
  /// stands for may have changed.
  mutating func resolveAnew(_ lane: Int) {
    guard case .known = lanes[lane].resolution, case .name = lanes[lane].key.host, settings.onlyServer == nil
    else { return }
    lanes[lane].resolution = .unknown
  }

  /// A server asked to be left alone, by whichever account (RFC 3261, 21.5.4).
  mutating func leaveAlone(_ flow: Int, until end: Instant) {
    flows[flow].quietUntil = max(flows[flow].quietUntil ?? end, end)
  }

  private func isQuiet(_ flow: Int, at now: Instant) -> Bool {
    flows[flow].quietUntil.map { $0 > now } ?? false
  }

  /// Moves a registration on to a server that may be asked; the end of the shortest quiet if there is none.
  mutating func passQuietServers(_ slot: Int, at now: Instant) -> Instant? {
    guard isQuiet(flow(of: slot), at: now) else { return nil }
    let servers = lanes[slots[slot].lane].flows.count
    var earliest: Instant?
    for _ in 0..<servers {
      guard let end = flows[flow(of: slot)].quietUntil, end > now else {
        slots[slot].registration.authenticator.forgetNonces()
        return nil
      }
      earliest = earliest.map { min($0, end) } ?? end
      slots[slot].server = (slots[slot].server + 1) % servers
    }
    return earliest
  }

  /// What waits for a turn at this server goes on to the lane's next, or has failed before it was sent; nil
  /// is every server of the lane.
  mutating func failReady(of lane: Int, at failed: Int?, _ failure: AttemptFailure, now: Instant) {
    let waiting = lanes[lane].ready
    lanes[lane].ready.removeAll()
    if failed == nil || lanes[lane].flows.count == 1 { resolveAnew(lane) }
    for slot in waiting where slots[slot].lane == lane {
      if let failed, flow(of: slot) != failed || passFailedServer(slot) {
        lanes[lane].ready.append(slot)
        continue
      }
      slots[slot].reason = describe(failure, at: failed.map { flows[$0].name })
      step(slot, at: now) { $0.failUnsent(failure, at: now, using: &$1, into: &$2) }
      slots[slot].wasAttempted = true
      wakeDependents(of: slot, at: now)
      endTransient(slot)
    }
    mark(lane)
  }

  private mutating func passFailedServer(_ slot: Int) -> Bool {
    let servers = lanes[slots[slot].lane].flows.count
    slots[slot].serversTried += 1
    guard slots[slot].serversTried < servers else {
      resolveAnew(slots[slot].lane)
      return false
    }
    slots[slot].server = (slots[slot].server + 1) % servers
    return true
  }
}
