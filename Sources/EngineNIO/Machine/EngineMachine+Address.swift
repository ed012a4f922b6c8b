import Reconcile
import SIP

// Our own address: what becomes of contacts that show it once it is another.

extension EngineMachine {
  /// The machine has other addresses than before.
  ///
  /// Flows from an address that is gone are opened anew when they are next needed. Whoever is registered at
  /// such an address registers at the present one and removes the old contact, in turn as every REGISTER.
  mutating func addressChanged(to own: OwnAddress, at now: Instant) {
    guard self.own != own else { return }
    self.own = own
    var left: Set<Int> = []
    for flow in flows.indices where leaveAddress(of: flow, at: now) { left.insert(flow) }
    for slot in slots.indices where isElsewhere(slot) || isBehind(left, slot) {
      step(slot, at: now) { $0.touch(at: now, into: &$2) }
    }
    pump(at: now)
  }

  /// What contacts show from now on; whoever registers next shows it.
  mutating func advertise(_ address: OwnAddress.Advertised?) {
    settings.advertise = address.map { ($0.host, $0.port) }
    own = own?.advertising(address)
  }

  /// True if a contact shows where a NAT let us out, and that way is gone.
  private func isBehind(_ left: Set<Int>, _ slot: Int) -> Bool {
    guard settings.learnsContacts, !left.isEmpty, let flow = flow(of: slot) else { return false }
    return left.contains(flow) && isBoundAtHome(slot, over: flow)
  }

  /// True if the flow came from an address that is gone.
  private mutating func leaveAddress(of flow: Int, at now: Instant) -> Bool {
    guard flows[flow].state == .open, let own, let local = flows[flow].local, !own.hosts.isEmpty,
      !own.hosts.contains(local.address)
    else { return false }
    actions.append(.close(flow: flow))
    flowFailed(flow, reason: "our address \(local.address) is gone", isClosed: true, at: now)
    return true
  }

  private func isElsewhere(_ slot: Int) -> Bool {
    guard case .account = slots[slot].role, slots[slot].account.hasOwnContact else { return false }
    return slots[slot].registration.goal == .bound && !slots[slot].contact.isEmpty
      && !isOwn(slots[slot].contact)
  }

  /// True if a contact that was once our own address still leads here, as far as that is known.
  func isOwn(_ contact: [UInt8]) -> Bool {
    guard let own, let uri = ContactMatch.parse(contact) else { return true }
    return own.holds(uri)
  }
}
