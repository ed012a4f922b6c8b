import Reconcile
import SIP

// Contacts that a registration leaves behind: kept until a 2xx shows that they are gone.

extension EngineMachine {
  /// How many contacts that were left behind are kept to be removed; the oldest are dropped first.
  private static let mostStaleContacts = 16

  /// The next bind uses another contact, and removes the present one if it may be bound. Empty: the new one is
  /// settled when it is sent.
  mutating func leaveContact(of slot: Int, for contact: [UInt8]) {
    let old = slots[slot].contact
    let registration = slots[slot].registration
    if !old.isEmpty, registration.bound != nil || registration.mayBeBound,
      !slots[slot].staleContacts.contains(where: { $0.uri == old })
    {
      slots[slot].staleContacts.append(StaleContact(old))
      if slots[slot].staleContacts.count > EngineMachine.mostStaleContacts {
        slots[slot].staleContacts.removeFirst()
      }
    }
    slots[slot].contact = contact
  }

  /// The contacts to remove, all but the last with their `;expires=0`.
  ///
  /// Never the one that is being bound: a registrar that goes by RFC 3261, 19.1.4 would remove it with one that
  /// is equivalent. That one goes once the registrar has shown that it holds both.
  func staleValue(of slot: Int, for purpose: RegisterRequest.Purpose) -> [UInt8] {
    var value: [UInt8] = []
    guard !slots[slot].staleContacts.isEmpty else { return value }
    let contact = slots[slot].contact
    for stale in slots[slot].staleContacts where stale.uri != contact {
      if purpose == .bind, !stale.isListedApart, ContactMatch.same(stale.uri, contact) { continue }
      if !value.isEmpty { value += Array(";expires=0, ".utf8) }
      value += [UInt8(ascii: "<")] + stale.uri + [UInt8(ascii: ">")]
    }
    return value
  }

  /// Looks for the contacts that were left behind in the list of a 2xx: one that is not there is gone. What
  /// nobody here ever sent is somebody else's, however alike it looks.
  ///
  /// True if one is still there that the registrar can be asked to remove in its own words, which it was not yet.
  mutating func noteStaleContacts(
    _ slot: Int,
    _ bindings: [Binding],
    after answer: inout RegisterAnswer
  ) -> Bool {
    guard !slots[slot].staleContacts.isEmpty, (200...299).contains(answer.code),
      case .sent(let purpose) = slots[slot].registration.state, purpose != .fetch
    else { return false }
    let (instance, flow) = (slots[slot].instanceID, registrationID(of: slot))
    let listed = bindings.filter { $0.expires != 0 && !$0.isOtherFlow(of: instance, than: flow) }
      .map { Array($0.contact.utf8) }
    let bound: [UInt8]? = purpose == .bind ? slots[slot].contact : nil
    let kept = slots[slot].staleContacts.compactMap { $0.found(in: listed, beside: bound) }
    let isNews = kept.contains { !slots[slot].staleContacts.contains($0) }
    slots[slot].staleContacts = kept
    if purpose == .unbind, !kept.isEmpty { answer.listing = .ours(expires: nil) }
    return isNews
  }

  /// The contact that counts as ours, and those that may be bound beside it.
  func noteContacts(of slot: Int, in event: inout RegistrationEvent) {
    let (sent, confirmed) = (slots[slot].contact, slots[slot].boundContact)
    let isConfirmed = slots[slot].registration.bound != nil && !confirmed.isEmpty
    let ours = isConfirmed ? confirmed : sent
    if !ours.isEmpty { event.contact = String(decoding: ours, as: UTF8.self) }
    guard sent != ours || !slots[slot].staleContacts.isEmpty else { return }
    var others = slots[slot].staleContacts.map(\.uri)
    if !sent.isEmpty, !others.contains(sent) { others.append(sent) }
    event.formerContacts = others.filter { $0 != ours }.map { String(decoding: $0, as: UTF8.self) }
  }
}

extension StaleContact {
  /// The contact as the registrar lists it; nil where it does not, or not apart from the one that is bound.
  fileprivate func found(in listed: [[UInt8]], beside bound: [UInt8]?) -> StaleContact? {
    if let bound, ContactMatch.alike(uri, bound) { return nil }
    var found = self
    let isEquivalent = bound.map { ContactMatch.same(uri, $0) } ?? false
    if isEquivalent {
      guard let bound, listed.contains(where: { ContactMatch.alike($0, bound) }) else { return nil }
      found.isListedApart = true
    }
    if let text = listed.first(where: { ContactMatch.alike($0, uri) }) {
      found.uri = text
      return found
    }
    let isListed = listed.contains { ContactMatch.same($0, uri) && bound?.elementsEqual($0) != true }
    return isListed && !isEquivalent && bound != nil ? self : nil
  }
}
