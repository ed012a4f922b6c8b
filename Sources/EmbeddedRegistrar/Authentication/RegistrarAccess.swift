package import SIP

/// Who may register, and what.
package enum RegistrarAccess: Sendable {
  /// Any user name with this password; it may register the address of record with that user part.
  case anyUser(password: Secret)
  /// These users only.
  case listed([String: RegistrarUser])

  /// The users by their names; of two with one name the last counts.
  package static func users(_ users: [RegistrarUser]) -> RegistrarAccess {
    .listed(Dictionary(users.map { ($0.name, $0) }) { $1 })
  }
}

/// A digest user of the registrar.
package struct RegistrarUser: Sendable {
  package var name: String
  package var proof: Credential.Proof
  /// The addresses of record that the user may register; nil means the ones with the user's name as user part.
  package var identities: Set<AddressOfRecord>?

  package init(name: String, proof: Credential.Proof, identities: Set<AddressOfRecord>? = nil) {
    self.name = name
    self.proof = proof
    self.identities = identities
  }

  /// True if the user may change the bindings of that address of record (RFC 3261, 10.3 step 4).
  func mayRegister(_ identity: SIPURI) -> Bool {
    if let identities { return identities.contains(AddressOfRecord(identity)) }
    guard let user = identity.user else { return false }
    return user == name || Escaped.user(name) == Escaped.canonical(user, lowercased: false)
      || "\(user)@\(identity.host)" == name
  }
}
