import Reconcile
import SIP

// The calls of the engine: accounts in, edits, questions and withdrawals.

extension EngineMachine {
  mutating func add(_ additions: [AccountAddition], at now: Instant) throws(EngineError) {
    try check(additions)
    makeRoom(for: additions.count)
    redirectTargets = nil
    for addition in additions { insert(addition, at: now) }
    for addition in additions {
      guard let slot = slotByAccount[addition.account.id] else { continue }
      connect(slot)
      start(slot, addition, at: now)
    }
    pump(at: now)
  }

  /// Grows by doubling at least, for accounts come in many calls.
  private mutating func makeRoom(for count: Int) {
    let needed = slots.count + count
    guard needed > slots.capacity else { return }
    slots.reserveCapacity(max(needed, slots.capacity * 2))
    slotByAccount.reserveCapacity(max(needed, slotByAccount.capacity * 2))
    firstSlotByIdentity.reserveCapacity(max(needed, firstSlotByIdentity.capacity * 2))
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

  /// The transport that an account asks for; a rehearsal takes everything over UDP. Anything `sips:` means TLS
  /// on the first hop, whatever else is said (RFC 3261, 8.1.2).
  func transport(of account: Account) -> Transport {
    if settings.onlyServer != nil { return .udp }
    let hop = account.outboundProxy.first ?? account.registrar
    let named = account.transport ?? hop.transport ?? account.registrar.transport ?? .udp
    let isSecure =
      account.registrar.scheme == .sips || account.identity.uri.scheme == .sips || hop.scheme == .sips
    guard isSecure else { return named }
    return switch named {
    case .udp, .tcp, .tls: .tls
    case .ws, .wss: .wss
    }
  }

  /// The next hop to locate (RFC 3263, 4): the topmost route, or else the registrar.
  func destination(of account: Account) -> Destination {
    let hop = account.outboundProxy.first ?? account.registrar
    let named = account.transport ?? hop.namedTransport ?? account.registrar.namedTransport
    return Destination(hop, transport: named, isSecure: transport(of: account).isSecure)
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
      let master = slotByAccount[dependency.account]
      slots[slot].masters.append(
        Slot.Edge(
          master: master,
          name: dependency.account,
          condition: dependency.condition,
          sharesContact: dependency.contact == .share
        )
      )
      if let master { slots[master].dependents.append(slot) }
    }
    // A master that was forgotten and comes back finds the dependents that it had.
    for dependent in orphans.removeValue(forKey: slots[slot].account.id) ?? [] {
      for edge in slots[dependent].masters.indices
      where slots[dependent].masters[edge].name == slots[slot].account.id {
        slots[dependent].masters[edge].master = slot
      }
      slots[slot].dependents.append(dependent)
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
    for edge in slots[slot].masters {
      if let master = edge.master { followContact(of: master, in: slot, at: now) }
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

  mutating func shape(
    of account: Account,
    callID: String,
    withholding withheld: [String] = []
  ) -> RequestShape {
    var parts = RequestShape.Parts(
      identity: account.identity,
      registrar: account.registrar,
      fromTag: Token.hexadecimal(digits: 16, using: &random),
      callID: callID
    )
    parts.routes = account.outboundProxy
    parts.extraRows = account.headers.map { "\($0.name): \($0.value)" }
    parts.supported = account.offeredOptions.filter { !withheld.contains($0) }
    parts.userAgent = settings.userAgent
    let shape = RequestShape(parts, sharing: lastShape)
    lastShape = shape
    return shape
  }

  mutating func renewCallID(of slot: Int) {
    let callID = Token.callID(using: &random)
    slots[slot].shape = shape(
      of: slots[slot].account,
      callID: callID,
      withholding: slots[slot].withheldOptions
    )
  }

  private mutating func lane(for account: Account) -> Int {
    let destination = self.destination(of: account)
    if let lane = laneByDestination[destination] { return lane }
    let limits = settings.limits.first {
      $0.uri.host == account.registrar.host && $0.uri.port == account.registrar.port
    }
    let pacer = Pacer(
      maxInFlight: limits?.maxInFlight,
      maxRate: limits?.maxRate.map(Double.init),
      timers: settings.timers
    )
    lanes.append(Lane(destination: destination, pacer: pacer))
    laneByDestination[destination] = lanes.count - 1
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
    let lane = lane(for: after)
    let differs = before.wire != after.wire || lane != slots[slot].lane
    if differs { slots[slot].withheldOptions = [] }
    if differs { slots[slot].shape = shape(of: after, callID: slots[slot].shape.callID) }
    if lane != slots[slot].lane { move(slot, to: lane) }
    if let instance = after.outbound.instanceID { slots[slot].instanceID = instance }
    let declaresContact = after.contact != nil || after.push != nil
    let contactDiffers = before.contact != after.contact || before.push != after.push
    if after.register, contactDiffers || (!before.register && declaresContact) {
      leaveContact(of: slot, for: [])
    }
    redirectTargets = nil
    let goal: RegistrationMachine.Goal = after.register ? .bound : .unbound
    let goalChanged = slots[slot].registration.goal != goal
    step(slot, at: now) { $0.want(goal, at: now, into: &$2) }
    if (differs || secretsChanged), !goalChanged {
      step(slot, at: now) { $0.touch(at: now, into: &$2) }
    }
    settleGate(of: slot, at: now)
    if goalChanged { wakeDependents(of: slot, at: now) }
    pump(at: now)
  }

  /// Another next hop: what waits for a turn waits there; what is on its way ends where it is.
  private mutating func move(_ slot: Int, to lane: Int) {
    let old = slots[slot].lane
    slots[slot].lane = lane
    slots[slot].server = nil
    slots[slot].hasChosenServer = false
    slots[slot].registration.authenticator.forgetNonces()
    guard case .queued = slots[slot].registration.state, lanes[old].ready.contains(slot) else { return }
    lanes[old].ready.removeAll { $0 == slot }
    lanes[lane].ready.append(slot)
    mark(lane)
  }

  mutating func refresh(_ ids: [AccountID], at now: Instant) throws(EngineError) {
    let known = try ids.map { id throws(EngineError) in try existing(id) }
    for slot in known {
      step(slot, at: now) { $0.touch(at: now, into: &$2) }
    }
    pump(at: now)
  }

  /// Dependents that stay keep what they have, and wait until their master is added again.
  mutating func forget(_ ids: [AccountID], at now: Instant) throws(EngineError) {
    for id in ids { _ = try existing(id) }
    for id in ids {
      guard let slot = slotByAccount.removeValue(forKey: id) else { continue }
      for edge in slots[slot].masters {
        if let master = edge.master {
          slots[master].dependents.removeAll { $0 == slot }
        } else {
          orphans[edge.name]?.removeAll { $0 == slot }
        }
      }
      for dependent in slots[slot].dependents {
        for edge in slots[dependent].masters.indices where slots[dependent].masters[edge].master == slot {
          slots[dependent].masters[edge].master = nil
        }
        orphans[id, default: []].append(dependent)
      }
      free(slot)
    }
    redirectTargets = nil
    pump(at: now)
  }

  private func existing(_ id: AccountID) throws(EngineError) -> Int {
    guard let slot = slotByAccount[id] else { throw .unknownAccount(id) }
    return slot
  }

  /// Takes a slot out of everything that knows it.
  mutating func free(_ slot: Int) {
    slotTimers.cancel(UInt32(slot))
    if case .queued = slots[slot].registration.state {
      lanes[slots[slot].lane].ready.removeAll { $0 == slot }
    }
    if let exchange = slots[slot].exchange {
      exchangeTimers.cancel(UInt32(exchange))
      exchanges[exchange].slot = -1
      freeExchanges.append(exchange)
      slots[slot].exchange = nil
      lanes[exchanges[exchange].lane].pacer.withdrawn()
      mark(exchanges[exchange].lane)
      wakeSameIdentity(as: slot)
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
