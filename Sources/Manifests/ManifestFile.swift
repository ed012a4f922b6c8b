import Reconcile

/// One file of a load.
struct ManifestFile {
  var decoder: FileDecoder
  /// Its top-level keys; nil where it has none.
  var fields: Fields?

  init(decoder: FileDecoder) { self.decoder = decoder }

  /// One warning for all passwords that stand in the file.
  mutating func warnAboutLiterals(isExposed: Bool) {
    guard let literals = decoder.literals else { return }
    let others =
      switch literals.count {
      case 1: ""
      case 2: " (and one more secret in this file)"
      default: " (and \(literals.count - 1) more secrets in this file)"
      }
    let exposed = isExposed ? ", and others can read this file" : ""
    let message =
      "a secret stands in the file itself\(others)\(exposed); fromEnv, fromFile or fromCredential keep it out"
    decoder.warn(literals.first, message, "literal-secret")
  }
}

extension Account {
  /// The same account under another name.
  func named(_ id: AccountID) -> Account {
    var account = self
    account.id = id
    return account
  }
}
