public import Reconcile
public import SIP

extension SecretResolver {
  /// Resolves every secret of a desired state, each distinct reference once.
  ///
  /// A secret that cannot be had is an error that names file, line and account. `placeholder`, where given,
  /// stands in for such a secret instead: a rehearsal needs none.
  public func resolve(
    _ desired: DesiredState,
    placeholder: Secret? = nil
  ) -> (ResolvedCredentials, [Diagnostic]) {
    var pass = CredentialPass(resolver: self, placeholder: placeholder)
    pass.resolved.reserve(desired.accounts.count)
    for account in desired.accounts { pass.add(account) }
    return (pass.resolved, pass.finish())
  }
}

extension SecretReference {
  fileprivate var isLiteral: Bool { if case .literal = self { true } else { false } }
}

/// One walk over the accounts: what was resolved so far, and what failed.
private struct CredentialPass {
  let resolver: SecretResolver
  let placeholder: Secret?
  var resolved = ResolvedCredentials()
  private var secrets: [SecretReference: Secret?] = [:]
  private var lists: [[CredentialDeclaration]: [Credential]] = [:]
  /// The last list with a literal secret: such a list is of one account, or of many in a row.
  private var last: (declared: [CredentialDeclaration], credentials: [Credential]) = ([], [])
  private var warnings: [Diagnostic] = []
  private var failures: [Failure] = []
  private var failureIndex: [SecretReference: Int] = [:]

  private struct Failure {
    var error: SecretError
    var at: SourceLocation?
    var account: AccountID
    var others = 0
  }

  init(resolver: SecretResolver, placeholder: Secret?) {
    self.resolver = resolver
    self.placeholder = placeholder
  }

  mutating func add(_ desired: DesiredAccount) {
    let account = desired.account
    let before = failures.count
    let hasLiteral = account.credentials.contains { $0.secret.isLiteral }
    if let known = hasLiteral ? literal(account.credentials) : lists[account.credentials], !known.isEmpty {
      resolved.set(known, for: account.id)
    } else if !account.credentials.isEmpty {
      let at = desired.fieldLocations[.auth] ?? desired.at
      let credentials = account.credentials.compactMap { declaration in
        secret(declaration.secret, account: account.id, at: at).map { declaration.credential(with: $0) }
      }
      // A list with a failure is not shared, so that each account it fails for is counted.
      if credentials.count == account.credentials.count, failures.count == before {
        if hasLiteral {
          last = (account.credentials, credentials)
        } else {
          lists[account.credentials] = credentials
        }
      }
      resolved.set(credentials, for: account.id)
    }
    if let reference = account.push?.pridReference {
      let at = desired.fieldLocations[.push] ?? desired.at
      if let secret = secret(reference, account: account.id, at: at) {
        resolved.set(pushID: secret, for: reference)
      }
    }
  }

  /// A literal that is in order, which is its own secret.
  private func usable(_ reference: SecretReference) -> Secret? {
    guard case .literal(let secret?) = reference else { return nil }
    do {
      _ = try resolver.read(reference)
      return secret
    } catch {
      // It is read once more where failures are counted.
      return nil
    }
  }

  private func literal(_ declared: [CredentialDeclaration]) -> [Credential]? {
    last.declared == declared ? last.credentials : nil
  }

  private mutating func secret(
    _ reference: SecretReference,
    account: AccountID,
    at: SourceLocation?
  ) -> Secret? {
    if let literal = usable(reference) { return literal }
    if let known = secrets[reference] {
      if known == nil, let index = failureIndex[reference] { failures[index].others += 1 }
      return known
    }
    do {
      let (secret, exposed) = try resolver.read(reference)
      if let exposed { warn(exposed, at: at) }
      secrets[reference] = .some(secret)
      return secret
    } catch {
      if let placeholder {
        secrets[reference] = .some(placeholder)
        return placeholder
      }
      secrets[reference] = .some(nil)
      failureIndex[reference] = failures.count
      failures.append(Failure(error: error, at: at, account: account))
      return nil
    }
  }

  private mutating func warn(_ path: String, at: SourceLocation?) {
    let message = "`\(path)` can be read by others; `chmod 600` it"
    warnings.append(Diagnostic(.warning, at: at, message, rule: "exposed-secret"))
  }

  func finish() -> [Diagnostic] {
    let errors = failures.map { failure in
      let others =
        switch failure.others {
        case 0: ""
        case 1: ", and of one more account"
        default: ", and of \(failure.others) more accounts"
        }
      return Diagnostic(
        .error,
        at: failure.at,
        "no secret for account `\(failure.account)`\(others): \(failure.error)",
        rule: "missing-secret"
      )
    }
    return (warnings + errors).sortedByPlace()
  }
}
