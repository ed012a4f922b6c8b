import Manifests
import Reconcile
import SIP

/// Finds the credentials of an account, as it is declared or as it was when it was registered.
///
/// The old account's are its own references, for its removal must be answered with the old password. Where
/// one no longer resolves, an equal declaration of the same account helps, then what stands in or is asked.
struct AccountCredentials: Sendable {
  var declared: [AccountID: Account] = [:]
  var resolved = ResolvedCredentials()
  var resolver: SecretResolver
  /// Stands in for what cannot be had: a rehearsal.
  var placeholder: Secret?
  /// Asks a person.
  var ask: (@Sendable (Account, CredentialDeclaration) -> Secret?)?

  /// Nil where a secret cannot be had.
  func credentials(of account: Account) -> [Credential]? {
    if let now = declared[account.id], now.credentials == account.credentials {
      let known = resolved[account.id]
      if known.count == account.credentials.count || ask != nil { return known }
    }
    var credentials: [Credential] = []
    for declaration in account.credentials {
      guard let credential = credential(declaration, of: account) else { return nil }
      credentials.append(credential)
    }
    return credentials
  }

  private func credential(_ declaration: CredentialDeclaration, of account: Account) -> Credential? {
    do throws(SecretError) {
      return declaration.credential(with: try resolver.resolve(declaration.secret))
    } catch {
      let sameUser = resolved[account.id].first {
        $0.username == declaration.username && $0.realm == declaration.realm
      }
      if case .literalNotKept = error, let sameUser { return sameUser }
      return (placeholder ?? ask?(account, declaration)).map { declaration.credential(with: $0) }
    }
  }
}
