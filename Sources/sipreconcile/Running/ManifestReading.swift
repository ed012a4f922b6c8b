import Manifests
import Reconcile

/// What one reading of the files gave, right or wrong.
struct ManifestReading: Sendable {
  var result: LoadResult
  var credentials = ResolvedCredentials()
  /// Accounts of which a secret is missing.
  var missing: Set<AccountID> = []
  /// Of the files and of their secrets.
  var diagnostics: [Diagnostic]

  init(result: LoadResult, diagnostics: [Diagnostic]) {
    self.result = result
    self.diagnostics = diagnostics
  }
}
