import Reconcile
import SIP

// The calls of the engine: accounts in, edits, questions and withdrawals.

extension EngineMachine {
  mutating func add(_ additions: [AccountAddition], at now: Instant) throws(EngineError) {
    try check(additions)
    slots.reserveCapacity(slots.count + additions.count)
    for addition in additions { insert(addition, at: now) }
    for addition in additions {
      guard let slot = slotByAccount[addition.account.id] else { continue }
      connect(slot)
      start(slot, addition, at: now)
    }
    pump(at: now)
  }

  /// Nothing is added if one of them cannot be.
  private func check(_ additions: [AccountAddition]) throws(EngineError) {
    var new: Set<AccountID> = []
    for addition in additions {
      let account = addition.account
      guard slotByAccount[account.id] == nil, new.insert(account.id).inserted else {
        throw .duplicateAccount(account.id)
      }
      let transport = self.transport(of: account)
      guard transport == .udp else { throw .unsupportedTransport(account.id, transport) }
    }
    for addition in additions {
      for edge in addition.account.dependsOn
      where slotByAccount[edge.account] == nil && !new.contains(edge.account) {
        throw .unknownMaster(addition.account.id, master: edge.account)
      }
    }
  }

  /// The transport that an account asks for; a rehearsal takes everything over UDP.
  func transport(of account: Account) -> Transport {
    if settings.onlyServer != nil { return .udp }
    return account.transport ?? account.outboundProxy.first?.transport ?? account.registrar.transport ?? .udp
  }

  private mutating func insert(_ addition: AccountAddition, at now: Instant) {
    let slot = makeSlot(
      .account,
      addition.account,
      credentials: addition.credentials,
      sequence: addition.sequence,
      retries: true
    )
    slots[slot].instanceID = addition.instanceID ?? addition.account.outbound.instanceID
    if let contact = addition.binding?.contact ?? ownContact(of: addition) {
      slots[slot].contact = Array(contact.utf8)
    }
    slotByAccount[addition.account.id] = slot
  }

  /// A contact from before counts only where the account says nothing about it now.
  private func ownContact(of addition: AccountAddition) -> String? {
    guard addition.account.contact == nil, addition.account.contactMaster == nil else { return nil }
    return addition.contact
  }

  private mutating func connect(_ slot: Int) {
    for dependency in slots[slot].account.dependsOn {
      guard let master = slotByAccount[dependency.account] else { continue }
      let edge = Slot.Edge(
        master: master,
        condition: dependency.condition,
        sharesContact: dependency.contact == .share
      )
      slots[slot].masters.append(edge)
      slots[master].dependents.append(slot)
    }
  }

  private mutating func start(_ slot: Int, _ addition: AccountAddition, at now: Instant) {
    if let binding = addition.binding {
      slots[slot].boundContact = Array(binding.contact.utf8)
      let bound = RegistrationMachine.Bound(
        expiresAt: now + binding.expiresIn,
        granted: binding.granted
      )
      step(slot, at: now) { $0.resume(bound, refreshAt: now + binding.refreshIn, into: &$2) }
    }
    let goal: RegistrationMachine.Goal = addition.account.register ? .bound : .unbound
    if goal == .unbound, addition.binding == nil { return }
    step(slot, at: now) { $0.want(goal, at: now, into: &$2) }
  }

  /// Builds a slot in a free row, and links it to the others of its identity.
  mutating func makeSlot(
    _ role: Slot.Role,
    _ account: Account,
    credentials: [Credential],
    sequence: CallSequence,
    retries: Bool
  ) -> Int {
    let registration = RegistrationMachine(
      lastCSeq: sequence.lastCSeq,
      ceiling: sequence.ceiling,
      settings: RegistrationMachine.Settings(account, retries: retries),
      authenticator: Authenticator(credentials: credentials)
    )
    let key = identityKey(of: account)
    var slot = Slot(
      role: role,
      account: account,
      registration: registration,
      shape: shape(of: account, callID: sequence.callID),
      lane: lane(for: account),
      identityKey: key
    )
    slot.nextSameIdentity = firstSlotByIdentity[key]
    let number: Int
    if let free = freeSlots.popLast() {
      slots[free] = slot
      number = free
    } else {
      slots.append(slot)
      number = slots.count - 1
    }
    firstSlotByIdentity[key] = number
    return number
  }

  private func identityKey(of account: Account) -> Int {
    var hasher = Hasher()
    hasher.combine(AddressOfRecord(account.identity.uri))
    hasher.combine(account.registrar.host)
    hasher.combine(account.registrar.port)
    return hasher.finalize()
  }

  mutating func shape(of account: Account, callID: String) -> RequestShape {
    var parts = RequestShape.Parts(
      identity: account.identity,
      registrar: account.registrar,
      fromTag: Token.hexadecimal(digits: 16, using: &random),
      callID: callID
    )
    parts.routes = account.outboundProxy
    parts.extraRows = account.headers.map { "\($0.name): \($0.value)" }
    if account.outbound.isEnabled { parts.supported.append("outbound") }
    parts.userAgent = settings.userAgent
    return RequestShape(parts)
  }

  mutating func renewCallID(of slot: Int) {
    let callID = Token.callID(using: &random)
    slots[slot].shape = shape(of: slots[slot].account, callID: callID)
  }

  private mutating func lane(for account: Account) -> Int {
    let hop = account.outboundProxy.first ?? account.registrar
    let key = Lane.Key(host: hop.host, port: hop.port, transport: transport(of: account))
    if let lane = laneByKey[key] { return lane }
    let limits = settings.limits.first {
      $0.uri.host == account.registrar.host && $0.uri.port == account.registrar.port
    }
    let pacer = Pacer(
      maxInFlight: limits?.maxInFlight,
      maxRate: limits?.maxRate.map(Double.init),
      timers: settings.timers
    )
    lanes.append(Lane(key: key, pacer: pacer))
    laneByKey[key] = lanes.count - 1
    return lanes.count - 1
  }
}

// MARK: - Edits

extension EngineMachine {
  func edit(_ id: AccountID) throws(EngineError) -> AccountEdit {
    let slot = try existing(id)
    return AccountEdit(
      account: slots[slot].account,
      credentials: slots[slot].registration.authenticator.credentials
    )
  }

  /// Commits an edit: one REGISTER if the wire shows a difference, else none.
  mutating func done(_ edit: AccountEdit, at now: Instant) throws(EngineError) {
    let slot = try existing(edit.id)
    let before = slots[slot].account
    let after = edit.account
    if AddressOfRecord(before.identity.uri) != AddressOfRecord(after.identity.uri) {
      throw .immutable(edit.id, .identity)
    }
    if before.dependsOn != after.dependsOn { throw .immutable(edit.id, .dependsOn) }
    let transport = self.transport(of: after)
    guard transport == .udp else { throw .unsupportedTransport(edit.id, transport) }

    let secretsChanged = edit.credentials != slots[slot].registration.authenticator.credentials
    slots[slot].account = after
    slots[slot].registration.settings = RegistrationMachine.Settings(after, retries: true)
    if secretsChanged { slots[slot].registration.authenticator.replaceCredentials(edit.credentials) }
    let differs = before.wire != after.wire
    if differs {
      slots[slot].shape = shape(of: after, callID: slots[slot].shape.callID)
      slots[slot].lane = lane(for: after)
      slots[slot].server = 0
    }
    if before.contact != after.contact || before.push != after.push { leaveContact(of: slot) }
    let goal: RegistrationMachine.Goal = after.register ? .bound : .unbound
    let goalChanged = slots[slot].registration.goal != goal
    step(slot, at: now) { $0.want(goal, at: now, into: &$2) }
    if (differs || secretsChanged), !goalChanged {
      step(slot, at: now) { $0.touch(at: now, into: &$2) }
    }
    if goalChanged { wakeDependents(of: slot, at: now) }
    pump(at: now)
  }

  /// The next bind uses another contact, and removes this one.
  private mutating func leaveContact(of slot: Int) {
    if slots[slot].registration.bound != nil { slots[slot].staleContact = slots[slot].contact }
    slots[slot].contact = []
  }

  mutating func refresh(_ ids: [AccountID], at now: Instant) throws(EngineError) {
    for id in ids {
      let slot = try existing(id)
      step(slot, at: now) { $0.touch(at: now, into: &$2) }
    }
    pump(at: now)
  }

  mutating func forget(_ ids: [AccountID]) throws(EngineError) {
    for id in ids {
      let slot = try existing(id)
      for edge in slots[slot].masters { slots[edge.master].dependents.removeAll { $0 == slot } }
      for dependent in slots[slot].dependents { slots[dependent].masters.removeAll { $0.master == slot } }
      slotByAccount[id] = nil
      free(slot)
    }
  }

  private func existing(_ id: AccountID) throws(EngineError) -> Int {
    guard let slot = slotByAccount[id] else { throw .unknownAccount(id) }
    return slot
  }

  private mutating func free(_ slot: Int) {
    slotTimers.cancel(UInt32(slot))
    if case .queued = slots[slot].registration.state {
      lanes[slots[slot].lane].ready.removeAll { $0 == slot }
    }
    if let exchange = slots[slot].exchange {
      exchangeTimers.cancel(UInt32(exchange))
      exchanges[exchange].slot = -1
      freeExchanges.append(exchange)
      slots[slot].exchange = nil
      lanes[slots[slot].lane].pacer.withdrawn()
    }
    unlinkIdentity(of: slot)
    slots[slot].role = .free
    freeSlots.append(slot)
  }

  private mutating func unlinkIdentity(of slot: Int) {
    let key = slots[slot].identityKey
    let after = slots[slot].nextSameIdentity
    guard var next = firstSlotByIdentity[key] else { return }
    if next == slot {
      firstSlotByIdentity[key] = after
      return
    }
    while let following = slots[next].nextSameIdentity {
      if following == slot {
        slots[next].nextSameIdentity = after
        return
      }
      next = following
    }
  }
}

// MARK: - Questions and withdrawals

extension EngineMachine {
  mutating func query(_ query: BindingQuery, ticket: Int, position: Int, at now: Instant) {
    let fresh = CallSequence(callID: Token.callID(using: &random), lastCSeq: 0, ceiling: .max)
    let slot = makeSlot(
      .query(ticket: ticket, position: position),
      query.account,
      credentials: query.credentials,
      sequence: query.sequence ?? fresh,
      retries: false
    )
    step(slot, at: now) { $0.want(.listed, at: now, into: &$2) }
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
    step(slot, at: now) {
      $0.assumeBound(until: nil, granted: 0)
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
    guard case .ended = slots[slot].registration.state else { return }
    switch slots[slot].role {
    case .free, .account: return
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
      let registration = slots[slot].registration
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
    return registration.failure.map(describe) ?? slots[slot].reason
  }
}

extension RegistrationMachine.Settings {
  init(_ account: Account, retries: Bool) {
    self.init(
      expires: account.expires,
      backoff: Backoff(base: .seconds(Int64(account.retry.base)), max: .seconds(Int64(account.retry.max))),
      stalledProbe: account.retry.stalledProbe,
      retries: retries
    )
  }
}

extension Account {
  /// What the wire shows of an account: an edit that changes none of it sends nothing.
  struct Wire: Equatable {
    var identity: NameAddress
    var registrar: SIPURI
    var routes: [SIPURI]
    var expires: UInt32
    var contact: ContactDeclaration?
    var push: PushParameters?
    var outbound: OutboundSettings
    var headers: [HeaderField]
  }

  var wire: Wire {
    Wire(
      identity: identity,
      registrar: registrar,
      routes: outboundProxy,
      expires: expires,
      contact: contact,
      push: push,
      outbound: outbound,
      headers: headers
    )
  }
}
