import Reconcile

/// What a reader found in the files, before names are given and accounts are compared.
struct ImportDraft {
  var accounts: [ImportedAccount] = []
  /// The source name of the default account.
  var defaultAccount: String?
  /// What belongs to no account that could be read.
  var remarks: [Diagnostic] = []

  mutating func warn(_ message: String, at place: SourceLocation) {
    remarks.append(Diagnostic(.warning, at: place, message, rule: "import"))
  }

  mutating func note(_ message: String, at place: SourceLocation) {
    remarks.append(Diagnostic(.note, at: place, message, rule: "import"))
  }

  /// An account, or a file, that cannot be imported.
  mutating func fail(_ message: String, at place: SourceLocation) {
    remarks.append(Diagnostic(.error, at: place, message, rule: "import"))
  }
}
