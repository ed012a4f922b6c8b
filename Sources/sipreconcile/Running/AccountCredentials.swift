import Manifests
import Reconcile
import SIP

/// Finds the credentials of an account, as it is declared or as it was when it was registered.
///
/// The old account's are its own references, for its removal must be answered with the old password. Where
/// one no longer resolves, an equal declaration of the same account helps, then what stands in or is asked.
struct AccountCredentials: Sendable {
  /// Of the accounts as the files declare them now.
  var resolved = ResolvedCredentials()
  /// Of accounts that were declared before, for as long as the process lives.
  var departed: [AccountID: [Credential]] = [:]
  var resolver: SecretResolver
  /// Stands in for what cannot be had: a rehearsal.
  var placeholder: Secret?
  /// Asks a person.
  var ask: (@Sendable (Account, CredentialDeclaration) -> Secret?)?

  /// Nil where a secret cannot be had.
  func credentials(of account: Account) -> [Credential]? {
    if let known = resolved.credentials(of: account) { return known }
    var credentials: [Credential] = []
    for declaration in account.credentials {
      guard let credential = credential(declaration, of: account) else { return nil }
      credentials.append(credential)
    }
    return credentials
  }

  private func credential(_ declaration: CredentialDeclaration, of account: Account) -> Credential? {
    do throws(SecretError) {
      return try resolver.credential(of: declaration)
    } catch {
      let isLiteral = if case .literalNotKept = error { true } else { false }
      let known = (isLiteral ? resolved[account.id] : []) + (departed[account.id] ?? [])
      if let same = known.first(where: { declaration.isOf($0) }) { return same }
      return (placeholder ?? ask?(account, declaration)).map { declaration.credential(with: $0) }
    }
  }
}

extension AccountCredentials {
  /// Keeps those of accounts that were declared in an earlier reading and no longer are.
  mutating func keepDeparted(of earlier: AccountCredentials) {
    departed = earlier.departed
    for id in departed.keys where resolved.declares(id) { departed[id] = nil }
    for id in earlier.resolved.accounts where !resolved.declares(id) { departed[id] = earlier.resolved[id] }
  }
}

extension CredentialDeclaration {
  fileprivate func isOf(_ credential: Credential) -> Bool {
    credential.username == username && credential.realm == realm
  }
}
