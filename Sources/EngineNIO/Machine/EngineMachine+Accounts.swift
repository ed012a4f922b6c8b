import Reconcile
import SIP

// Accounts in: their slots, shapes and lanes, and how each begins.

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
    }
    for addition in additions {
      for edge in addition.account.dependsOn
      where slotByAccount[edge.account] == nil && !new.contains(edge.account) {
        throw .unknownMaster(addition.account.id, master: edge.account)
      }
    }
  }

  private mutating func insert(_ addition: AccountAddition, at now: Instant) {
    let slot = makeSlot(
      .account,
      addition.account,
      credentials: addition.credentials,
      sequence: addition.sequence,
      retries: true
    )
    slots[slot].isSuspended = addition.isSuspended
    slots[slot].instanceID = addition.instanceID ?? addition.account.outbound.instanceID
    if let contact = addition.binding?.contact ?? ownContact(of: addition) {
      slots[slot].contact = Array(contact.utf8)
    }
    slots[slot].staleContacts = addition.formerContacts.map { StaleContact($0) }
    for contact in contactsOfDeparted(besides: slot)
    where !slots[slot].staleContacts.contains(where: { $0.uri == contact.uri }) {
      slots[slot].staleContacts.append(contact)
    }
    if let time = addition.mayBeBoundFor { slots[slot].registration.assumeBound(until: now + time) }
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
      let refreshIn = lostFlowWait(of: slot, binding) ?? binding.refreshIn
      step(slot, at: now) { $0.resume(bound, refreshAt: now + refreshIn, into: &$2) }
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
    withholding withheld: [String] = [],
    redirectedTo target: RedirectTarget? = nil
  ) -> RequestShape {
    var parts = RequestShape.Parts(
      registrar: account.registrar,
      fromTag: random.next(),
      callID: callID
    )
    parts.routes = account.outboundProxy
    if let target { parts.redirect(to: target) }
    parts.extraRows = account.headers.map { "\($0.name): \($0.value)" }
    parts.supported = account.offeredOptions.filter { !withheld.contains($0) }
    parts.userAgent = settings.userAgent
    let shape = RequestShape(parts, sharing: lastShape)
    lastShape = shape
    return shape
  }

  mutating func renewCallID(of slot: Int) {
    reshape(slot, callID: Token.callID(using: &random))
    // They are good for one Call-ID only (RFC 5627, 4.2).
    if !gruus.isEmpty { gruus[slot]?.temporaryURI = nil }
  }

  /// Makes a slot's requests anew of what it is given with now.
  mutating func reshape(_ slot: Int, callID: String? = nil) {
    slots[slot].shape = shape(
      of: slots[slot].account,
      callID: callID ?? slots[slot].shape.callID,
      withholding: slots[slot].withheldOptions,
      redirectedTo: slots[slot].registration.redirection?.current
    )
  }

  mutating func lane(for account: Account) -> Int {
    lane(
      NextHop(account, tls: settings.tls),
      registrar: account.registrar
    )
  }

  /// The lane of this key; a new one keeps to what is said about this registrar.
  mutating func lane(_ key: Lane.Key, registrar: SIPURI) -> Int {
    if let lane = laneByKey[key] { return lane }
    let limits = settings.limits.first {
      $0.uri.host == registrar.host && $0.uri.port == registrar.port
    }
    let pacer = Pacer(
      maxInFlight: limits?.maxInFlight,
      maxRate: limits?.maxRate.map(Double.init),
      timers: settings.timers
    )
    lanes.append(Lane(key, pacer: pacer))
    laneByKey[key] = lanes.count - 1
    return lanes.count - 1
  }
}

extension Account {
  /// Anything `sips:` means TLS on the first hop.
  var isSecure: Bool { registrar.scheme == .sips || identity.uri.scheme == .sips }
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
