import DequeModule
import Reconcile
import SIP

// Masters and dependents: who waits for whom, and whose contact is used.

extension EngineMachine {
  /// True if the registration may not be sent, for it is suspended or one of its masters is not as it should be.
  /// An unregister and a question wait for nobody.
  func isGated(_ slot: Int) -> Bool {
    guard slots[slot].registration.goal == .bound else { return false }
    if slots[slot].isSuspended { return true }
    // A closure that needs the machine would retain all of its tables, for each registration.
    for edge in slots[slot].masters where !isSatisfied(edge) { return true }
    return false
  }

  private func isSatisfied(_ edge: Slot.Edge) -> Bool {
    guard let number = edge.master else { return false }
    let isBound = slots[number].registration.bound != nil
    switch edge.condition {
    case .registered: return slots[number].registration.goal == .bound && isBound
    case .attempted: return slots[number].wasAttempted || isBound
    }
  }

  /// The masters that hold a registration up; the first is the root cause. Of a long chain, only the root and
  /// the nearest are named.
  func blockers(of slot: Int) -> [AccountID] {
    var names: [AccountID] = []
    var next: Int? = slot
    var root: AccountID?
    for _ in 0...slots.count {
      guard let current = next, let edge = slots[current].masters.first(where: { !isSatisfied($0) }) else {
        break
      }
      root = edge.name
      if names.count < 15 { names.append(edge.name) }
      next = edge.master
    }
    if let root, names.last != root { names.append(root) }
    return names.reversed()
  }

  /// A master's attempt has ended, or its binding has changed: its dependents go, follow, or wait.
  ///
  /// What that changes for their own dependents is done in the same call, one after the other: a chain may be
  /// as long as there are accounts.
  mutating func wakeDependents(of master: Int, at now: Instant) {
    guard !slots[master].dependents.isEmpty else { return }
    waking.append(master)
    guard !isWaking else { return }
    isWaking = true
    while let next = waking.popFirst() {
      for dependent in slots[next].dependents { wake(dependent, by: next, at: now) }
    }
    isWaking = false
  }

  private mutating func wake(_ dependent: Int, by master: Int, at now: Instant) {
    followContact(of: master, in: dependent, at: now)
    applyMasterLoss(to: dependent, at: now)
    guard slots[dependent].isBlocked else { return }
    if isGated(dependent) {
      changed(dependent, bindings: [], at: now)
    } else {
      settleGate(of: dependent, at: now)
    }
  }

  /// A registration that waited for its masters and need not any more gets its turn.
  mutating func settleGate(of slot: Int, at now: Instant) {
    guard slots[slot].isBlocked, !isGated(slot) else { return }
    slots[slot].isBlocked = false
    if case .queued = slots[slot].registration.state { enqueue(slot, at: now) }
  }

  /// Takes the master's contact as registered; a change of it is one REGISTER of the dependent.
  mutating func followContact(of master: Int, in dependent: Int, at now: Instant) {
    guard slots[dependent].masters.contains(where: { $0.master == master && $0.sharesContact }),
      slots[master].registration.bound != nil
    else { return }
    let shared = sharedContact(of: master, with: dependent)
    guard !shared.isEmpty, slots[dependent].contact != shared else { return }
    leaveContact(of: dependent, for: shared)
    let registration = slots[dependent].registration
    if registration.bound != nil || registration.isSending {
      step(dependent, at: now) { $0.touch(at: now, into: &$2) }
    }
  }

  /// `onMasterLoss: withdraw` unregisters a dependent whose master has lost its binding, and registers it
  /// again once the master is back.
  private mutating func applyMasterLoss(to dependent: Int, at now: Instant) {
    guard slots[dependent].account.onMasterLoss == .withdraw, slots[dependent].account.register else {
      return
    }
    let isLost = slots[dependent].masters.contains { !isSatisfied($0) }
    if isLost, !slots[dependent].isWithdrawn, slots[dependent].registration.bound != nil {
      slots[dependent].isWithdrawn = true
      step(dependent, at: now) { $0.want(.unbound, at: now, into: &$2) }
    } else if !isLost, slots[dependent].isWithdrawn {
      slots[dependent].isWithdrawn = false
      step(dependent, at: now) { $0.want(.bound, at: now, into: &$2) }
    }
    settleGate(of: dependent, at: now)
  }
}

// MARK: - Contacts

extension EngineMachine {
  /// Settles the contact to send, once our own address on the flow is known.
  mutating func chooseContact(of slot: Int, over flow: Int) {
    if let master = slots[slot].masters.first(where: { $0.sharesContact })?.master,
      !slots[master].boundContact.isEmpty, slots[slot].registration.goal == .bound
    {
      // The master may have moved before this account was added.
      let shared = sharedContact(of: master, with: slot)
      if !shared.isEmpty, slots[slot].contact != shared { leaveContact(of: slot, for: shared) }
      return
    }
    if let contact = ownContact(of: slot, over: flow), contact != slots[slot].contact {
      leaveContact(of: slot, for: contact)
    }
  }

  /// The contact to send over a flow: the present one, or another that is due; nil where there is nothing to
  /// choose.
  func ownContact(of slot: Int, over flow: Int) -> [UInt8]? {
    let present = slots[slot].contact
    guard
      present.isEmpty || (slots[slot].registration.goal == .bound && slots[slot].account.hasOwnContact)
    else { return nil }
    // A socket of UDP hears everybody, whatever server we ask: the contact stays as long as it leads here.
    if !present.isEmpty, flows[flow].transport == .udp {
      let seen = addressSeen(of: slot, over: flow)
      if seen.map({ staysAt($0, present, over: flow) }) ?? leadsHere(present, over: flow) { return present }
    }
    return ownAddress(of: slot, over: flow).map { slots[slot].account.contactURI(orAt: $0) }
  }

  /// False for a contact of ours that a server at the other end of a flow of UDP cannot reach: it stands for a
  /// connection, or for an address that we no longer have, or for one of IPv6 where the server is asked over IPv4.
  private func leadsHere(_ contact: [UInt8], over flow: Int) -> Bool {
    guard let uri = ContactMatch.parse(contact) else { return true }
    if uri.transport?.isReliable == true { return false }
    if let own, !own.holds(uri) { return false }
    guard settings.advertise == nil, let local = flows[flow].local else { return true }
    switch (uri.host, local.address) {
    case (.ipv4, .ipv6), (.ipv6, .ipv4): return false
    case (.name, _), (_, .name), (.ipv4, .ipv4), (.ipv6, .ipv6): return true
    }
  }

  /// Where the registrar reaches us: the address that everybody can connect to where there is one, else our
  /// end of the flow itself, which is good for as long as the flow is.
  private func ownAddress(of slot: Int, over flow: Int) -> SIPURI? {
    guard let local = flows[flow].local else { return nil }
    let transport = flows[flow].transport
    let account = slots[slot].account
    let shown = addressSeen(of: slot, over: flow) ?? local
    var uri = SIPURI(
      scheme: account.isSecure ? .sips : .sip,
      user: account.identity.uri.user,
      host: settings.advertise?.host ?? shown.address,
      port: settings.advertise.map { $0.port } ?? shown.port
    )
    switch transport {
    case .udp: break
    case .tcp:
      if settings.advertise == nil, shown == local, let streamPort { uri.port = streamPort }
      uri.parameters = [SIPURI.Field("transport", "tcp")]
    case .tls:
      // A SIPS URI says it already (RFC 5630, 5.1.1).
      if settings.namesTLS, uri.scheme == .sip { uri.parameters = [SIPURI.Field("transport", "tls")] }
    case .ws, .wss:
      if let host = flows[flow].anonymousHost { uri.host = host }
      uri.port = nil
      uri.parameters = [SIPURI.Field("transport", "ws")]
    }
    return uri
  }

  /// The header parameters that go with an account's contact, all but `expires`.
  func contactParameters(of slot: Int) -> [UInt8] {
    let account = slots[slot].account
    var value: [UInt8] = []
    if let contact = account.contact {
      if let q = contact.q { value += Array(";q=\(q)".utf8) }
      for field in contact.parameters {
        value += Array((field.value.isEmpty ? ";\(field.name)" : ";\(field.name)=\(field.value)").utf8)
      }
    }
    if account.usesOutbound, let instance = slots[slot].instanceID {
      value += Array(";+sip.instance=\"<\(instance)>\"".utf8)
      if let regID = registrationID(of: slot) { value += Array(";reg-id=\(regID)".utf8) }
    }
    if account.push != nil, settings.stays { value += Array(";+sip.pnsreg".utf8) }
    return value
  }
}

extension Account {
  /// The contact URI that the account declares, or the engine's own address under the identity's user.
  ///
  /// It takes what it needs as values: an expression that may not be evaluated would copy the machine.
  fileprivate func contactURI(orAt own: SIPURI) -> [UInt8] {
    let uri = contactURI(at: contact?.uri ?? own)
    var bytes: [UInt8] = []
    bytes.reserveCapacity(64)
    bytes.append(uri: uri)
    return bytes
  }
}
