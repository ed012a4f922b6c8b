import Reconcile
import SIP

// Masters and dependents: who waits for whom, and whose contact is used.

extension EngineMachine {
  /// True if the registration may not be sent, for one of its masters is not as it should be. An unregister
  /// and a question wait for nobody.
  func isGated(_ slot: Int) -> Bool {
    guard slots[slot].registration.goal == .bound else { return false }
    // A closure that needs the machine would retain all of its tables, for each registration.
    for edge in slots[slot].masters where !isSatisfied(edge) { return true }
    return false
  }

  private func isSatisfied(_ edge: Slot.Edge) -> Bool {
    let isBound = slots[edge.master].registration.bound != nil
    switch edge.condition {
    case .registered: return isBound && slots[edge.master].registration.goal == .bound
    case .attempted: return isBound || slots[edge.master].wasAttempted
    }
  }

  /// The masters that hold a registration up; the first is the root cause.
  func blockers(of slot: Int) -> [AccountID] {
    var names: [AccountID] = []
    var next: Int? = slot
    while let current = next {
      next = slots[current].masters.first { !isSatisfied($0) }?.master
      if let next { names.insert(slots[next].account.id, at: 0) }
    }
    return names
  }

  /// A master's attempt has ended, or its binding has changed: its dependents go, follow, or wait.
  mutating func wakeDependents(of master: Int, at now: Instant) {
    guard !slots[master].dependents.isEmpty else { return }
    for dependent in slots[master].dependents {
      followContact(of: master, in: dependent, at: now)
      applyMasterLoss(of: master, to: dependent, at: now)
      if slots[dependent].isBlocked {
        if isGated(dependent) {
          changed(dependent, bindings: [], at: now)
        } else {
          enqueue(dependent, at: now)
        }
      }
    }
  }

  /// Takes the master's contact as registered; a change of it is one REGISTER of the dependent.
  private mutating func followContact(of master: Int, in dependent: Int, at now: Instant) {
    guard slots[dependent].masters.contains(where: { $0.master == master && $0.sharesContact }),
      slots[master].registration.bound != nil, !slots[master].boundContact.isEmpty,
      slots[dependent].contact != slots[master].boundContact
    else { return }
    if !slots[dependent].contact.isEmpty { slots[dependent].staleContact = slots[dependent].contact }
    slots[dependent].contact = slots[master].boundContact
    if slots[dependent].registration.bound != nil {
      step(dependent, at: now) { $0.touch(at: now, into: &$2) }
    }
  }

  /// `onMasterLoss: withdraw` unregisters a dependent whose master has lost its binding, and registers it
  /// again once the master is back.
  private mutating func applyMasterLoss(of master: Int, to dependent: Int, at now: Instant) {
    guard slots[dependent].account.onMasterLoss == .withdraw else { return }
    let isLost = slots[dependent].masters.contains { !isSatisfied($0) }
    if isLost, !slots[dependent].isWithdrawn, slots[dependent].registration.bound != nil {
      slots[dependent].isWithdrawn = true
      step(dependent, at: now) { $0.want(.unbound, at: now, into: &$2) }
    } else if !isLost, slots[dependent].isWithdrawn {
      slots[dependent].isWithdrawn = false
      step(dependent, at: now) { $0.want(.bound, at: now, into: &$2) }
    }
  }
}

// MARK: - Contacts

extension EngineMachine {
  /// Settles the contact to send, once our own address is known.
  mutating func chooseContact(of slot: Int, local: Endpoint) {
    if let edge = slots[slot].masters.first(where: { $0.sharesContact }),
      !slots[edge.master].boundContact.isEmpty
    {
      // The master may have moved before this account was added.
      let contact = slots[edge.master].boundContact
      if !slots[slot].contact.isEmpty, slots[slot].contact != contact {
        slots[slot].staleContact = slots[slot].contact
      }
      slots[slot].contact = contact
      return
    }
    guard slots[slot].contact.isEmpty else { return }
    slots[slot].contact = Array(
      slots[slot].account.contactURI(from: local, advertised: settings.advertise).description.utf8
    )
  }

  /// `<uri>` and the header parameters that go with it.
  func contactValue(of slot: Int) -> [UInt8] {
    guard !slots[slot].contact.isEmpty else { return [] }
    var value: [UInt8] = [UInt8(ascii: "<")]
    value.reserveCapacity(slots[slot].contact.count + 80)
    value += slots[slot].contact
    value.append(UInt8(ascii: ">"))
    let account = slots[slot].account
    if let q = account.contact?.q { value += Array(";q=\(q)".utf8) }
    for field in account.contact?.parameters ?? [] {
      value += Array((field.value.isEmpty ? ";\(field.name)" : ";\(field.name)=\(field.value)").utf8)
    }
    if account.outbound.isEnabled, let instance = slots[slot].instanceID {
      value += Array(";+sip.instance=\"<\(instance)>\"".utf8)
      if let regID = account.outbound.regID { value += Array(";reg-id=\(regID)".utf8) }
    }
    return value
  }

  func staleValue(of slot: Int) -> [UInt8] {
    guard !slots[slot].staleContact.isEmpty else { return [] }
    return [UInt8(ascii: "<")] + slots[slot].staleContact + [UInt8(ascii: ">")]
  }
}

extension Account {
  /// The contact that the account declares, or the engine's own address under the identity's user.
  fileprivate func contactURI(from local: Endpoint, advertised: (host: Host, port: UInt16?)?) -> SIPURI {
    let own = SIPURI(
      user: identity.uri.user,
      host: advertised?.host ?? local.address,
      port: advertised.map { $0.port } ?? local.port
    )
    var uri = contact?.uri ?? own
    if let push { uri.parameters += push.contactParameters }
    return uri
  }
}

extension PushParameters {
  /// The contact URI parameters of RFC 8599, 4.1, with their values escaped.
  var contactParameters: [SIPURI.Field] {
    let escaped = { (text: String) in
      Escaped.escape(text) { $0.isUnreserved || $0.isParameterUnreserved }
    }
    var fields = [SIPURI.Field("pn-provider", escaped(provider))]
    if let param { fields.append(SIPURI.Field("pn-param", escaped(param))) }
    fields.append(SIPURI.Field("pn-prid", escaped(prid)))
    return fields
  }
}
