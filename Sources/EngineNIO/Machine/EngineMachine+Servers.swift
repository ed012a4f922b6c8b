import DequeModule
import Reconcile
import SIP

// Which of a lane's servers is asked: the one that accepted, the next after a failure, none that asked for quiet.

extension EngineMachine {
  /// Chooses a server for an attempt that wants its turn; the end of the shortest quiet if there is none.
  mutating func chooseServer(for slot: Int, at now: Instant) -> Instant? {
    if slots[slot].hasChosenServer, let flow = flow(of: slot), !isQuiet(flow, at: now) { return nil }
    let failover = lanes[slots[slot].lane].failover
    switch failover.first(keeping: slots[slot].server, health: &health, at: now, using: &random) {
    case .use(let server): use(server, for: slot)
    case .wait(let end): return end
    case .exhausted: preconditionFailure("a location has at least one target")
    }
    return nil
  }

  /// A nonce is often known to the server alone that gave it.
  private mutating func use(_ server: Int, for slot: Int) {
    slots[slot].hasChosenServer = true
    guard slots[slot].server != server else { return }
    slots[slot].server = server
    slots[slot].registration.authenticator.forgetNonces()
  }

  /// The attempt goes on at the lane's next server, or ends where there is none (RFC 3263, 4.3).
  mutating func tryNextServer(_ slot: Int, at now: Instant) {
    guard let exchange = slots[slot].exchange else { return }
    let lane = exchanges[exchange].lane
    if goesBack(exchange, at: now) { return }
    if showsFailure(of: exchange) { health.failed(flows[exchanges[exchange].flow].target, at: now) }
    if lane == slots[slot].lane, passServer(of: slot, at: now), let next = flow(of: slot) {
      if case .open = flows[next].state { return sendAgain(slot, at: now) }
      exchanges[exchange].flow = next
      exchanges[exchange].awaitsFlow = true
      return openIfClosed(next)
    }
    resolveAnew(lane)
    step(slot, at: now) { $0.serversExhausted(at: now, using: &$1, into: &$2) }
    endTurn(of: slot, at: now)
  }

  /// Whether the end of a request says something about its server, and not about this account alone: one that
  /// answered others since, or answered a 408, is there.
  private func showsFailure(of exchange: Int) -> Bool {
    let registration = slots[exchanges[exchange].slot].registration
    if let code = registration.lastCode { return code == 503 }
    guard registration.failure == .timeout, let answered = flows[exchanges[exchange].flow].answeredAt else {
      return true
    }
    return answered <= exchanges[exchange].transaction.startedAt
  }

  /// The slot's server is used up for this attempt: chooses another. False if there is none.
  private mutating func passServer(of slot: Int, at now: Instant) -> Bool {
    if let server = slots[slot].server { slots[slot].triedServers.append(server) }
    let failover = lanes[slots[slot].lane].failover
    let tried = slots[slot].triedServers
    guard case .use(let server) = failover.next(after: tried, health: &health, at: now, using: &random) else {
      return false
    }
    use(server, for: slot)
    return true
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
    actions.append(.open(flow: flow))
  }

  /// A server asked to be left alone for so many seconds, by whichever account (RFC 3261, 21.5.4).
  mutating func leaveAlone(_ flow: Int, for seconds: UInt32, at now: Instant) {
    health.leaveAlone(flows[flow].target, until: now + .seconds(Int64(seconds)), at: now)
  }

  /// A server that gives final answers works, unless the answer says that it does not.
  mutating func noteAnswer(_ code: UInt16, on flow: Int, at now: Instant) {
    flows[flow].answeredAt = now
    guard !health.isSpotless, StatusReaction(code: code) != .nextServer else { return }
    health.answered(flows[flow].target, at: now)
  }

  private func isQuiet(_ flow: Int, at now: Instant) -> Bool {
    guard !health.isSpotless, case .quiet = health.standing(of: flows[flow].target, at: now) else {
      return false
    }
    return true
  }

  /// What waits for a turn at this server goes on to the lane's next, or has failed before it was sent; nil
  /// is every server of the lane.
  mutating func failReady(of lane: Int, at failed: Int?, _ failure: AttemptFailure, now: Instant) {
    lanes[lane].resume()
    let waiting = lanes[lane].ready
    lanes[lane].ready.removeAll()
    if let failed { health.failed(flows[failed].target, at: now) }
    for slot in waiting where slots[slot].lane == lane {
      if let failed, flow(of: slot) != failed || passServer(of: slot, at: now) {
        lanes[lane].ready.append(slot)
        continue
      }
      if failed != nil { resolveAnew(lane) }
      slots[slot].reason = describe(failure, at: failed.map { flows[$0].name })
      step(slot, at: now) { $0.failUnsent(failure, at: now, using: &$1, into: &$2) }
      slots[slot].wasAttempted = true
      wakeDependents(of: slot, at: now)
      endTransient(slot)
    }
    mark(lane)
  }
}
