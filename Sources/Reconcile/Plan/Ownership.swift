import SIP

/// Which of a registrar's bindings are ours: by URI equality with what we sent, or by our instance id.
///
/// Under our instance id but another reg-id it is another flow's, whatever its contact (RFC 5626, 6).
struct Ownership {
  private let contact: SIPURI?
  private let text: String?
  private let instanceID: String?
  private let registrationID: UInt32?
  /// Contacts that we sent earlier, and that the registrar may still hold.
  private let former: [String]

  /// What we know to have sent, or would send, as our contact.
  init(contact: String?, instanceID: String?, registrationID: UInt32?, former: [String] = []) {
    text = contact
    self.former = former
    self.contact = contact.flatMap(SIPURI.reading)
    self.instanceID = instanceID.map { Ownership.bare($0.lowercased()) }
    self.registrationID = registrationID
  }

  /// What a binding of this account is told by: what was bound or sent, else what would be sent.
  ///
  /// - Parameter instanceID: that of other flows of the account, for one that has none of its own yet.
  init(
    of account: Account,
    row: OwnedRegistration?,
    sharing masterContact: String?,
    instanceID: String? = nil
  ) {
    let isUnconfirmed = row == nil || row?.phase == .pending
    let expected = account.declaredContact?.description ?? (isUnconfirmed ? masterContact : nil)
    self.init(
      contact: row?.contact ?? expected,
      instanceID: row?.instanceID ?? account.outbound.instanceID ?? instanceID,
      registrationID: (row?.account ?? account).outbound.registrationID,
      former: row?.formerContacts ?? []
    )
  }

  /// True if nothing is known that a binding could be told by.
  var isBlind: Bool { text == nil && instanceID == nil }

  /// True for what another reg-id tells apart, where we do not know under which instance id ours would be.
  private func mayBeOtherFlow(_ binding: Binding) -> Bool {
    guard instanceID == nil, let registrationID, let other = binding.regID else { return false }
    return other != registrationID
  }

  /// True for the present binding and for those that it left behind.
  func owns(_ binding: Binding) -> Bool { isPresent(binding) || wasLeft(binding) }

  /// True for a binding of our instance over another flow.
  func isOtherFlow(_ binding: Binding) -> Bool {
    guard let registrationID, let other = binding.regID, other != registrationID else { return false }
    return isOfInstance(binding)
  }

  /// True for what stands for the account now.
  func isPresent(_ binding: Binding) -> Bool {
    !wasLeft(binding) && (hasContact(of: binding) || hasInstance(of: binding))
  }

  /// True for a contact of ours of earlier. What is only equivalent may be somebody else's.
  func wasLeft(_ binding: Binding) -> Bool {
    guard !former.isEmpty, binding.contact != text, !isOtherFlow(binding) else { return false }
    return former.contains { SIPURI.alike($0, binding.contact) } && !isAlike(binding)
  }

  private func isAlike(_ binding: Binding) -> Bool {
    text.map { SIPURI.alike($0, binding.contact) } ?? false
  }

  func hasContact(of binding: Binding) -> Bool {
    if isOtherFlow(binding) || mayBeOtherFlow(binding) { return false }
    if let text, text == binding.contact { return true }
    guard let contact, let other = SIPURI.reading(binding.contact) else { return false }
    return contact.isEquivalent(to: other)
  }

  private func hasInstance(of binding: Binding) -> Bool { isOfInstance(binding) && !isOtherFlow(binding) }

  /// True for a binding of our instance, over whichever flow.
  func isOfInstance(_ binding: Binding) -> Bool {
    guard let instanceID, let other = binding.instanceID else { return false }
    return instanceID == Ownership.bare(other.lowercased())
  }

  /// An instance id without the quotes and brackets that it has in a header (RFC 5626, 4.1).
  private static func bare(_ instance: String) -> String {
    String(instance.filter { $0 != "<" && $0 != ">" && $0 != "\"" })
  }
}

extension Binding {
  /// True if the registrar lists this binding under our instance id, whatever its contact has become.
  ///
  /// - Parameter registrationID: where given, only over this flow.
  package func isOfInstance(_ instanceID: String?, registrationID: UInt32? = nil) -> Bool {
    Ownership(contact: nil, instanceID: instanceID, registrationID: registrationID).owns(self)
  }
}

extension Binding {
  /// True if the registrar lists this binding under our instance id, for another flow than ours.
  package func isOtherFlow(of instanceID: String?, than registrationID: UInt32?) -> Bool {
    guard instanceID != nil, registrationID != nil, regID != nil else { return false }
    return Ownership(contact: nil, instanceID: instanceID, registrationID: registrationID).isOtherFlow(self)
  }
}

extension SIPURI {
  /// Reads a contact; nil for one that is no SIP URI, such as `tel:` or what a broken registrar wrote.
  static func reading(_ text: String) -> SIPURI? {
    do { return try SIPURI(parsing: text) } catch { return nil }
  }

  /// True if two contacts, as texts, say the same in every part.
  static func alike(_ one: String, _ other: String) -> Bool {
    if one == other { return true }
    guard let first = reading(one), let second = reading(other) else { return false }
    return first.isAlike(second)
  }

  /// True if two contacts, as texts, mean the same (RFC 3261, 19.1.4).
  package static func sameContact(_ one: String, _ other: String) -> Bool {
    if one == other { return true }
    guard let first = reading(one), let second = reading(other) else { return false }
    return first.isEquivalent(to: second)
  }
}
