import Manifests
import Reconcile

/// What the files declare, with its secrets: what a plan starts from.
struct LoadedManifests: Sendable {
  var desired: DesiredState
  var credentials: ResolvedCredentials
  /// Accounts of which a secret is missing, where that is allowed.
  var missingSecrets: Set<AccountID>
  /// Warnings and notes; they were written already.
  var diagnostics: [Diagnostic]
  /// Equal for equal contents of the files.
  var contentDigest: String
  /// Every file that was read or is referred to.
  var files: [String]
}
