import Importing
import Reconcile

/// What to do after an import: which variables to set, or where the secrets are.
struct ImportNotes {
  private let imported: Import
  private let folder: String?

  init(_ imported: Import, secretsFolder: String?) {
    self.imported = imported
    folder = secretsFolder
  }

  /// Notes for people, on standard error; never a value.
  func write(_ output: RunOutput) {
    let accounts = Columns.count(imported.accounts.count, "account", "accounts")
    let left = imported.diagnostics.count { $0.severity == .error }
    output.note(.info, "\(accounts) imported" + (left == 0 ? "." : ", \(left) left out."))
    let written = folder == nil ? 0 : imported.secrets.count { $0.value != nil }
    if let folder, written > 0 {
      output.note(.info, "\(Columns.count(written, "secret", "secrets")) written to \(folder), mode 0600.")
    }
    let missing = imported.secrets.filter { folder == nil || $0.value == nil }
    guard !missing.isEmpty else { return }
    output.note(.info, folder == nil ? "Set these variables:" : "Write these files yourself:")
    let width = Columns.width(missing.lazy.map(\.name), limit: 48)
    for secret in missing {
      let hint = secret.value == nil ? ", which the import did not find" : ""
      output.note(.info, "  \(Columns.pad(secret.name, to: width))  for \(secret.account)\(hint)")
    }
  }
}
