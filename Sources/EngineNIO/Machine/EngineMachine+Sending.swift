import Reconcile
import SIP

// How a registration that wants a turn gets one: gate, lane, flow, exchange.

extension EngineMachine {
  /// A registration wants a turn.
  mutating func enqueue(_ slot: Int, at now: Instant) {
    if isGated(slot) {
      slots[slot].isBlocked = true
      return changed(slot, bindings: [], at: now)
    }
    slots[slot].isBlocked = false
    slots[slot].hasChosenServer = false
    if !slots[slot].triedServers.isEmpty { slots[slot].triedServers = [] }
    lanes[slots[slot].lane].ready.append(slot)
    mark(slots[slot].lane)
  }

  mutating func mark(_ lane: Int) {
    guard !lanes[lane].isMarked else { return }
    lanes[lane].isMarked = true
    markedLanes.append(lane)
  }

  /// Starts what the lanes' pace allows. Called once at the end of each input.
  mutating func pump(at now: Instant) {
    while let lane = markedLanes.popLast() {
      lanes[lane].isMarked = false
      pump(lane, at: now)
    }
  }

  private mutating func pump(_ lane: Int, at now: Instant) {
    lanes[lane].resume(at: now)
    let opening = start(lane, at: now)
    let next = [opening, lanes[lane].firstDeferral].compactMap(\.self).min()
    if let next { laneTimers.schedule(UInt32(lane), at: next) }
  }

  /// Starts those that are ready, as many as may; when more may, if that is a matter of time.
  private mutating func start(_ lane: Int, at now: Instant) -> Instant? {
    while let slot = lanes[lane].ready.first {
      guard slots[slot].lane == lane else {
        lanes[lane].ready.removeFirst()
        continue
      }
      guard isReady(lane, for: slot, at: now) else { return nil }
      if let opening = closedUntil(slot, at: now) {
        if endHeld(of: lane, until: opening, at: now) { continue }
        guard lanes[lane].flows.count > 1 else { return opening }
        lanes[lane].deferFirst(until: opening)
        continue
      }
      switch lanes[lane].pacer.admit(waiting: lanes[lane].ready.count, at: now) {
      case .now:
        if let end = overloadDefers(slot, at: now) {
          lanes[lane].pacer.withdrawn()
          lanes[lane].deferFirst(until: end)
          continue
        }
        lanes[lane].ready.removeFirst()
        if !launch(slot, at: now) { lanes[lane].pacer.withdrawn() }
      case .at(let time):
        if let end = lanes[lane].pacer.pauseEnd(at: now), endHeld(of: lane, until: end, at: now) { continue }
        return time
      case .afterAnswer: return nil
      }
    }
    return nil
  }

  /// True if the lane's servers are known and the slot's flow is open; else asks for what is missing.
  private mutating func isReady(_ lane: Int, for slot: Int, at now: Instant) -> Bool {
    switch lanes[lane].resolution {
    case .unknown:
      locate(lane, at: now)
      // An address, and what was asked for lately, is known at once.
      guard case .known = lanes[lane].resolution else { return false }
      return isReady(lane, for: slot, at: now)
    case .underway: return false
    case .known:
      locateIfDue(lane, at: now)
      if let end = chooseServer(for: slot, at: now) {
        lanes[lane].pacer.pause(until: end, at: now)
        return true
      }
      guard let flow = flow(of: slot) else { return false }
      return isOpen(flow, for: lane)
    }
  }

  /// The flow to the server that the slot has chosen.
  func flow(of slot: Int) -> Int? {
    slots[slot].server.map { lanes[slots[slot].lane].flows[$0] }
  }

  private mutating func isOpen(_ flow: Int, for lane: Int) -> Bool {
    if case .open = flows[flow].state { return true }
    openIfClosed(flow)
    if !flows[flow].waiting.contains(lane) { flows[flow].waiting.append(lane) }
    return false
  }

  /// Sends the registration's next REGISTER. False if nothing is to be sent, or not now.
  private mutating func launch(_ slot: Int, at now: Instant) -> Bool {
    guard case .queued = slots[slot].registration.state else { return false }
    if identityIsBusy(slot) {
      slots[slot].awaitsIdentity = true
      return false
    }
    if isGated(slot) {
      slots[slot].isBlocked = true
      changed(slot, bindings: [], at: now)
      return false
    }
    let exchange = freeExchanges.popLast() ?? appendExchange()
    slots[slot].exchange = exchange
    exchanges[exchange].lane = slots[slot].lane
    exchanges[exchange].evidence = .none
    if write(slot, into: exchange, at: now) { return true }
    release(exchange, of: slot)
    return false
  }

  private mutating func appendExchange() -> Int {
    let number = exchanges.count
    let transaction = ClientTransaction(timers: settings.timers, isReliable: false)
    exchanges.append(
      Exchange(
        slot: -1,
        lane: 0,
        flow: 0,
        contact: [],
        branch: Branch(exchange: UInt32(number), using: &random),
        cseq: 0,
        transaction: transaction,
        evidence: .none,
        bytes: []
      )
    )
    return number
  }

  /// The next request of the same turn: it answers a challenge, or goes to another server.
  mutating func sendAgain(_ slot: Int, at now: Instant) {
    guard let exchange = slots[slot].exchange else { return }
    guard exchanges[exchange].lane == slots[slot].lane else {
      // An edit has named another next hop: what is left to say is said there.
      slots[slot].registration.authenticator.forgetNonces()
      step(slot, at: now) { $0.requeue(into: &$2) }
      return endTurn(of: slot, at: now)
    }
    lanes[slots[slot].lane].pacer.sentAgain(at: now)
    overloadCounts(slot, at: now)
    if !write(slot, into: exchange, at: now) { endTurn(of: slot, at: now) }
  }

  /// Writes the registration's next REGISTER into an exchange and starts its transaction.
  private mutating func write(_ slot: Int, into exchange: Int, at now: Instant) -> Bool {
    guard var flow = flow(of: slot), let sender = flows[flow].sender else { return false }
    let isFurther = isSending(slot)
    chooseContact(of: slot, over: flow)
    var request: RegisterRequest?
    step(slot, at: now) { request = $0.begin(at: now, into: &$2) }
    guard let request else { return false }
    // Another contact within a turn is to be known before an answer can come, as the turn's first is.
    if isFurther, slots[slot].contact != exchanges[exchange].contact { changed(slot, bindings: [], at: now) }

    let branch = Branch(exchange: UInt32(exchange), using: &random)
    var bytes: [UInt8] = []
    swap(&bytes, &exchanges[exchange].bytes)
    bytes.removeAll(keepingCapacity: true)
    let contacts = RequestShape.Contacts(
      ours: contactToSend(of: slot, for: request.purpose),
      parameters: contactParameters(of: slot),
      stale: staleValue(of: slot, for: request.purpose)
    )
    slots[slot].shape.start(
      request,
      of: slots[slot].account.identity,
      by: slots[slot].account.from,
      from: sender,
      branch: branch,
      contacts: contacts,
      into: &bytes
    )
    slots[slot].registration.authenticator.appendAuthorization(
      to: &bytes,
      method: "REGISTER",
      uri: slots[slot].shape.requestURI,
      using: &random
    )
    slots[slot].shape.finish(into: &bytes)
    let mustWait = enlarge(&bytes, of: slot, from: sender, over: &flow, at: now)

    exchanges[exchange].slot = slot
    exchanges[exchange].flow = flow
    exchanges[exchange].contact = slots[slot].contact
    exchanges[exchange].awaitsFlow = mustWait
    exchanges[exchange].sentOnUsedFlow = flows[flow].transport.isReliable && flows[flow].wasUsed
    exchanges[exchange].branch = branch
    exchanges[exchange].cseq = request.cseq
    exchanges[exchange].bytes = bytes
    exchanges[exchange].transaction = ClientTransaction(
      timers: settings.timers,
      isReliable: flows[flow].transport.isReliable
    )
    guard !mustWait else {
      openIfClosed(flow)
      return true
    }
    advance(exchange, exchanges[exchange].transaction.start(at: now), at: now)
    return true
  }

  private mutating func advance(_ exchange: Int, _ action: ClientTransaction.Action, at now: Instant) {
    switch action {
    case .send(let next):
      actions.append(.send(flow: exchanges[exchange].flow, exchange: exchange))
      exchangeTimers.schedule(UInt32(exchange), at: next)
    case .retransmit(let next):
      // One lost datagram is one sign, however often it is sent again.
      if exchanges[exchange].transaction.retransmissions == 1 {
        lanes[exchanges[exchange].lane].pacer.retransmitted(at: now)
      }
      actions.append(.send(flow: exchanges[exchange].flow, exchange: exchange))
      exchangeTimers.schedule(UInt32(exchange), at: next)
    case .wait(let until): exchangeTimers.schedule(UInt32(exchange), at: until)
    case .timedOut:
      let (flow, askedAt) = (exchanges[exchange].flow, exchanges[exchange].transaction.startedAt)
      noAnswer(to: exchange, .timeout, at: now)
      abandonIfSilent(flow, since: askedAt, at: now)
    case .transportFailed, .deliver, .absorb, .ended: break
    }
  }

  mutating func exchangeTimerFired(_ exchange: Int, at now: Instant) {
    guard exchanges[exchange].slot >= 0 else { return }
    advance(exchange, exchanges[exchange].transaction.timerFired(at: now), at: now)
  }

  /// A request got no final answer: the next server, or the end of the attempt.
  mutating func noAnswer(to exchange: Int, _ failure: AttemptFailure, at now: Instant) {
    let slot = exchanges[exchange].slot
    exchangeTimers.cancel(UInt32(exchange))
    slots[slot].reason = describe(failure, at: flows[exchanges[exchange].flow].name)
    exchanges[exchange].evidence = failure == .timeout ? .silence : .none
    step(slot, at: now) { $0.receiveNothing(failure, into: &$2) }
  }

  /// The attempt is over: frees its exchange, and wakes whoever waited for the identity.
  mutating func endTurn(of slot: Int, at now: Instant) {
    guard giveUpTurn(of: slot, at: now) else { return }
    slots[slot].wasAttempted = true
    wakeDependents(of: slot, at: now)
    endTransient(slot)
  }

  /// Frees the exchange, and lets others of the identity have their turn. False if there is none.
  @discardableResult
  mutating func giveUpTurn(of slot: Int, at now: Instant) -> Bool {
    guard let exchange = slots[slot].exchange else { return false }
    let lane = exchanges[exchange].lane
    switch exchanges[exchange].evidence {
    case .answer(let roundTrip): lanes[lane].pacer.answered(after: roundTrip, at: now)
    case .overload: lanes[lane].pacer.overloaded(at: now)
    case .silence: lanes[lane].pacer.timedOut(at: now)
    case .none: lanes[lane].pacer.withdrawn()
    }
    release(exchange, of: slot)
    mark(lane)
    wakeSameIdentity(as: slot)
    return true
  }

  private mutating func release(_ exchange: Int, of slot: Int) {
    exchangeTimers.cancel(UInt32(exchange))
    exchanges[exchange].slot = -1
    freeExchanges.append(exchange)
    slots[slot].exchange = nil
  }
}

// MARK: - One REGISTER at a time for one identity

extension EngineMachine {
  private func identityIsBusy(_ slot: Int) -> Bool {
    var next = firstSlotByIdentity[slots[slot].identityKey]
    while let other = next {
      if other != slot, slots[other].exchange != nil, !areFlowsOfOne(slot, other) { return true }
      next = slots[other].nextSameIdentity
    }
    return false
  }

  /// Flows of one account wait for nobody but themselves: each has a binding of its own (RFC 5626, 4.2.1), and one
  /// whose edge is silent is not to hold the others up.
  private func areFlowsOfOne(_ one: Int, _ other: Int) -> Bool {
    let (account, sibling) = (slots[one].account, slots[other].account)
    return account.outbound.flow != sibling.outbound.flow && account.declaredID == sibling.declaredID
  }

  mutating func wakeSameIdentity(as slot: Int) {
    var next = firstSlotByIdentity[slots[slot].identityKey]
    while let other = next {
      if slots[other].awaitsIdentity {
        slots[other].awaitsIdentity = false
        lanes[slots[other].lane].ready.append(other)
        mark(slots[other].lane)
      }
      next = slots[other].nextSameIdentity
    }
  }
}
