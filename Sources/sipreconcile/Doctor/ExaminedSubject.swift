import Manifests
import Reconcile
import SIP

/// Whose registrations are looked into, as the files declare them or our state has them.
struct ExaminedSubject: Sendable {
  var owner: String
  var statePath: String
  var accounts: [Account]
  /// Of each account whose secrets can all be had.
  var credentials: [AccountID: [Credential]] = [:]
  /// What is wrong with secrets and with the files of `tls:`.
  var complaints: [Diagnostic] = []
  var engine = EngineSettings()
  /// Caps towards registrars.
  var limits: [RegistrarLimits] = []
  /// The files that a watch follows.
  var files: [String] = []

  /// Takes those of each account that has all of its own.
  mutating func take(_ known: ResolvedCredentials) {
    for account in accounts where known[account.id].count == account.credentials.count {
      credentials[account.id] = known[account.id]
    }
  }
}
