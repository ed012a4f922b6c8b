import Manifests
import Reconcile
import SIP
import Synchronization

/// Reads an account's bearer token again when a registrar refused the one it had: a token runs out (RFC 8898).
final class RenewedTokens: CredentialProvider {
  private let resolver: SecretResolver
  /// Asked for accounts without a token.
  private let others: (any CredentialProvider)?
  private let warn: @Sendable (String) -> Void
  private let declared: Mutex<[AccountID: CredentialDeclaration]>

  init(
    _ desired: DesiredState,
    resolver: SecretResolver,
    others: (any CredentialProvider)?,
    warn: @escaping @Sendable (String) -> Void
  ) {
    self.resolver = resolver
    self.others = others
    self.warn = warn
    declared = Mutex(RenewedTokens.tokens(of: desired))
  }

  /// The files were read anew.
  func declare(_ desired: DesiredState) {
    let tokens = RenewedTokens.tokens(of: desired)
    declared.withLock { $0 = tokens }
  }

  func credential(for challenge: CredentialRequest) async -> Credential? {
    guard let declaration = declared.withLock({ $0[challenge.account] }) else {
      return await others?.credential(for: challenge)
    }
    let resolver = self.resolver
    let answer = await BlockingWork.run { () -> Result<Credential, SecretError> in
      do throws(SecretError) {
        return .success(try resolver.credential(of: declaration))
      } catch {
        return .failure(error)
      }
    }
    switch answer {
    case .success(let credential): return credential
    case .failure(let error):
      warn("no new token for account `\(challenge.account)`: \(error)")
      return nil
    case nil: return nil
    }
  }

  private static func tokens(of desired: DesiredState) -> [AccountID: CredentialDeclaration] {
    var tokens: [AccountID: CredentialDeclaration] = [:]
    for account in desired.accounts.lazy.map(\.account) {
      if let token = account.credentials.first(where: { $0.kind == .token }) { tokens[account.id] = token }
    }
    return tokens
  }
}
