import SIP

/// One declared account beside what we own of it and what the registrar says: what a judgement looks at.
struct AccountView {
  let account: Account
  let row: OwnedRegistration?
  let live: LiveState?
  let position: Int
  let at: SourceLocation?
  let ownership: Ownership
  let differences: [AccountField]
  /// Rows of this account that are still to be unregistered, or to be forgotten.
  let tombstones: [Int]
  let hasNewSecret: Bool
  private let master: (position: Int, contact: String?, identity: SIPURI)?
  private let ownAddress: OwnAddress?
  private let siblingContacts: [String]
  private let hasOtherFlows: Bool

  init(account: Account, row: OwnedRegistration?, in planning: borrowing Planning, at position: Int) {
    self.account = account
    self.row = row
    self.position = position
    live = planning.observed.live[account.id]
    at = planning.desired.accounts[position].at
    tombstones = planning.index.tombstones[account.id] ?? []
    ownAddress = planning.options.ownAddress
    siblingContacts = planning.siblingContacts(of: account, tombstones: tombstones)
    hasOtherFlows = planning.flowRows[account.declaredID] != nil
    master = planning.contactMaster(of: account, at: position)
    differences = AccountView.differences(of: account, from: row, renamed: planning.index.renamed)
    ownership = Ownership(
      of: account,
      row: row,
      sharing: master?.contact,
      instanceID: planning.instanceID(ofFlowsBeside: account)
    )
    let secret = planning.secretFingerprints[account.id]
    hasNewSecret = secret != nil && row != nil && secret != row?.secretFingerprint
  }

  private static func differences(
    of account: Account,
    from row: OwnedRegistration?,
    renamed: [AccountID: AccountID]
  ) -> [AccountField] {
    guard var old = row?.account, old != account else { return [] }
    if !renamed.isEmpty {
      old.dependsOn = old.dependsOn.map { dependency in
        var dependency = dependency
        dependency.account = renamed[dependency.account] ?? dependency.account
        return dependency
      }
    }
    return account.differences(from: old)
  }

  var isLive: Bool { presentContact != nil }

  /// What the registrar lists as ours.
  var presentContact: String? {
    guard case .known(let bindings)? = live else { return nil }
    return bindings.first(where: ownership.isPresent)?.contact
  }

  /// What the registrar lists as ours, where that is all that is wanted: not while a contact of earlier is listed, be
  /// it alone, for an attempt to replace it never came to its end; nor with a secret that was never shown to it.
  var contactToAdopt: String? {
    guard let contact = presentContact, !hasLeftovers, !hasNewSecret else { return nil }
    guard let declared = account.declaredContact?.description else { return contact }
    return SIPURI.sameContact(declared, contact) ? contact : nil
  }

  /// True if the registrar still lists a contact that an earlier REGISTER was to replace.
  var hasLeftovers: Bool {
    guard case .known(let bindings)? = live else { return false }
    return bindings.contains(where: ownership.wasLeft)
  }

  /// True if the registrar answered, and what we can tell as ours is not there. An answer about another
  /// place than where the binding was made tells nothing of it.
  var isVanished: Bool {
    guard case .known(let bindings)? = live, !ownership.isBlind, !isAskedElsewhere else { return false }
    return !bindings.contains(where: ownership.isPresent)
  }

  private var isAskedElsewhere: Bool {
    guard let row else { return false }
    return !account.identity.uri.isSameIdentity(as: row.account.identity.uri)
      || account.registrar != row.account.registrar || account.transport != row.account.transport
  }

  /// True if the contact that this account shares is, or may become, another than it has bound.
  func mustFollow(_ contactMoves: Set<Int>) -> Bool {
    guard let master, let bound = row?.contact else { return false }
    if contactMoves.contains(master.position) { return true }
    guard let contact = master.contact, !SIPURI.alike(contact, bound) else { return false }
    return !isGRUU(bound, of: master.identity)
  }

  /// A master's GRUU is shared in place of its contact (RFC 5627, 4.1), and stays when the contact moves.
  private func isGRUU(_ contact: String, of identity: SIPURI) -> Bool {
    guard let uri = SIPURI.reading(contact), uri.parameter("gr") != nil else { return false }
    return uri.host == identity.host
  }

  /// The contact's own address where the engine has another by now.
  var movedAddress: FieldChange? {
    guard let ownAddress, account.hasOwnContact, let bound = row?.contact,
      let uri = SIPURI.reading(bound), !ownAddress.holds(uri)
    else { return nil }
    let moved = ownAddress.replacing(in: uri)
    return FieldChange(
      path: AccountField.contact.path,
      before: PushToken.removed(from: bound),
      after: PushToken.removed(from: moved.description)
    )
  }

  /// The preference that the registrar has, where we declared another.
  var driftedPreference: FieldChange? {
    guard case .known(let bindings)? = live, let declared = account.contact?.q,
      let binding = bindings.first(where: ownership.isPresent), let q = binding.q,
      AccountView.thousandths(q) != AccountView.thousandths(declared)
    else { return nil }
    return FieldChange(path: "contact.q", before: q, after: declared)
  }

  private static func thousandths(_ q: String) -> Int? { Double(q).map { Int(($0 * 1000).rounded()) } }

  /// Bindings to remove one by one: old ones of our instance, and foreign ones where the account is
  /// exclusive. Nothing is removed where ours cannot be told apart; of a new account none is there yet.
  var removals: [String] {
    guard case .known(let bindings)? = live, !ownership.isBlind || row == nil else { return [] }
    return bindings.filter { binding in
      guard AccountView.canBeNamed(binding) else { return false }
      // Leftovers go with the account's next REGISTER.
      if ownership.hasContact(of: binding) || ownership.wasLeft(binding) { return false }
      if ownership.owns(binding) {
        // Without a reg-id nobody can tell which of several flows it is.
        return (binding.regID != nil || !hasOtherFlows) && bindings.contains(where: ownership.hasContact)
      }
      return account.exclusive && isForeign(binding)
    }.map(\.contact)
  }

  /// False for what cannot be written as it was listed: text that was no UTF-8, and what is no URI, `*` above all.
  private static func canBeNamed(_ binding: Binding) -> Bool {
    !binding.contact.unicodeScalars.contains("\u{FFFD}") && binding.contact.contains(":")
  }

  var foreign: [Binding] {
    guard case .known(let bindings)? = live else { return [] }
    return bindings.filter(isForeign)
  }

  /// Neither ours, over whichever flow, nor of another account of ours with the same identity, nor waiting to be
  /// unregistered.
  private func isForeign(_ binding: Binding) -> Bool {
    !ownership.owns(binding) && !ownership.isOtherFlow(binding)
      && !siblingContacts.contains { SIPURI.sameContact($0, binding.contact) }
  }
}
