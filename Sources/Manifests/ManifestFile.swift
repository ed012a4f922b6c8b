import Reconcile

/// One file of a load.
struct ManifestFile {
  var decoder: FileDecoder
  /// Its top-level keys; nil where it has none.
  var fields: Fields?
  /// The number of the file that includes it; nil for one that was named.
  let parent: Int?
  /// What its accounts begin with; set once its `defaults` are decoded.
  var template = AccountTemplate()

  init(decoder: FileDecoder, parent: Int?) {
    self.decoder = decoder
    self.parent = parent
  }

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
