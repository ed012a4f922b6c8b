import Reconcile
import SIP

// Behind a NAT: contacts that show where servers see us (RFC 3581), if the settings ask for that.

extension EngineMachine {
  /// Where the server of a flow sees us, if that is what this registration's contact is to show; nil also
  /// where it is not known yet.
  ///
  /// With RFC 5626 the flow leads to us whatever the contact shows, and a WebSocket has no address to show.
  func addressSeen(of slot: Int, over flow: Int) -> Endpoint? {
    learnsContact(of: slot, over: flow) ? flows[flow].mapping.address : nil
  }

  private func learnsContact(of slot: Int, over flow: Int) -> Bool {
    guard settings.learnsContacts, settings.advertise == nil, flows[flow].anonymousHost == nil,
      case .account = slots[slot].role
    else { return false }
    return slots[slot].account.hasOwnContact && !slots[slot].account.outbound.isEnabled
  }

  /// Takes from a 2xx where the server sees us. True if the contact that it confirms shows something else: the
  /// same turn goes on with one REGISTER, which also removes that contact.
  ///
  /// Only who lists our binding is believed: it decides where calls go anyway.
  mutating func correctsContact(
    of slot: Int,
    in exchange: Int,
    after answer: RegisterAnswer,
    at now: Instant
  ) -> Bool {
    let flow = exchanges[exchange].flow
    guard (200...299).contains(answer.code), case .ours = answer.listing,
      slots[slot].registration.state == .sent(.bind), slots[slot].registration.goal == .bound,
      learnsContact(of: slot, over: flow), self.flow(of: slot) == flow,
      let seen = flows[flow].publicAddress?.endpoint
    else { return false }
    switch flows[flow].mapping.tell(seen, at: now) {
    case .same, .learned: break
    case .moved: correctOthers(on: flow, than: slot, at: now)
    case .held(let pause):
      let address = flows[flow].mapping.address ?? seen
      actions.append(
        .warn(.mapping(MappingWarning(server: flows[flow].name, address: address, pause: pause)))
      )
    }
    return isAstray(slot, over: flow)
  }

  /// Whoever shows the former address over this flow is not reached there any more.
  private mutating func correctOthers(on flow: Int, than slot: Int, at now: Instant) {
    for other in slots.indices where other != slot && isBoundAtHome(other, over: flow) {
      if isAstray(other, over: flow) { step(other, at: now) { $0.touch(at: now, into: &$2) } }
    }
  }

  func isBoundAtHome(_ slot: Int, over flow: Int) -> Bool {
    guard learnsContact(of: slot, over: flow), slots[slot].server != nil else { return false }
    return self.flow(of: slot) == flow && slots[slot].registration.goal == .bound
      && slots[slot].registration.bound != nil
  }

  private func isAstray(_ slot: Int, over flow: Int) -> Bool {
    guard let contact = ownContact(of: slot, over: flow) else { return false }
    return contact != slots[slot].contact
  }

  /// Whether a contact for UDP stays although the server's word could replace it.
  ///
  /// Without an address of our own to follow, only a contact that was made just now is corrected: one from an
  /// earlier process shows where that was.
  func staysAt(_ seen: Endpoint, _ contact: [UInt8], over flow: Int) -> Bool {
    guard let uri = ContactMatch.parse(contact) else { return true }
    if uri.transport?.isReliable == true { return false }
    let local = flows[flow].local
    guard let own else { return uri.endpoint != local }
    return seen == local && own.isOfMachine(uri)
  }

  /// What servers told us, where it is not our own address.
  var learnedAddresses: Set<Endpoint> {
    guard settings.learnsContacts else { return [] }
    return Set(flows.lazy.filter { $0.mapping.address != $0.local }.compactMap(\.mapping.address))
  }
}

extension SIPURI {
  /// The address and port that a URI for UDP names; nil for a name.
  fileprivate var endpoint: Endpoint? {
    if case .name = host { return nil }
    return Endpoint(address: host, port: port ?? Transport.udp.defaultPort)
  }
}
