import SIP

// Whether two registrations share their bindings, as far as names tell.
//
// Registrars are told apart by host and port as the manifest writes them, whatever the transport: two ports of one
// host may be two registrars. But two names, or two ports, may just as well lead to one registrar, and nothing that a
// registrar answers proves it either way. So where names differ and the contact is the same, the old binding is
// unregistered, and the new one is then registered once more at once: where there were two registrars that is one
// refresh too many, where there was one it restores what the unregistering took away.

extension Account {
  /// True if both have one identity at one registrar, by name: then an equal contact is one and the same binding.
  func sharesBindings(with other: Account) -> Bool {
    !isOtherFlow(than: other) && identity.uri.isSameIdentity(as: other.identity.uri)
      && registrar.host == other.registrar.host
      && registrar.port == other.registrar.port
  }

  /// True if to unregister what is left of an earlier registration may take this account's binding away: the same
  /// contact, as far as it is known, of the same identity, at what may be the same registrar.
  func mayLoseBinding(with old: OwnedRegistration) -> Bool {
    guard register, !isOtherFlow(than: old.account),
      identity.uri.isSameIdentity(as: old.account.identity.uri),
      !sharesBindings(with: old.account)
    else { return false }
    guard let declared = declaredContact?.description else { return true }
    return old.contactsLeft.contains { SIPURI.sameContact($0, declared) }
  }
}
