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

/// One walk over the accounts: what was resolved so far, and what failed.
private struct CredentialPass {
  let resolver: SecretResolver
  let placeholder: Secret?
  var resolved = ResolvedCredentials()
  private var secrets: [SecretReference: Secret?] = [:]
  private var lists = SharedLists()
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
    if let known = lists.find(account.credentials) {
      resolved.set(known, for: account)
    } else if !account.credentials.isEmpty {
      let at = desired.fieldLocations[.auth] ?? desired.at
      let credentials = account.credentials.compactMap { declaration in
        credential(declaration, account: account.id, at: at)
      }
      // A list with a failure is not shared, so that each account it fails for is counted.
      if credentials.count == account.credentials.count, failures.count == before {
        lists.insert(account.credentials, credentials)
      }
      resolved.set(credentials, for: account)
    }
    if let reference = account.push?.pridReference {
      let at = desired.fieldLocations[.push] ?? desired.at
      if let secret = secret(reference, account: account.id, at: at) {
        resolved.set(pushID: secret, for: reference)
      }
    }
  }

  private mutating func credential(
    _ declaration: CredentialDeclaration,
    account: AccountID,
    at: SourceLocation?
  ) -> Credential? {
    guard let secret = secret(declaration.secret, account: account, at: at) else { return nil }
    do throws(SecretError) {
      return try resolver.checked(declaration, with: secret)
    } catch {
      if placeholder != nil { return declaration.credential(with: secret) }
      failures.append(Failure(error: error, at: at, account: account))
      return nil
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

/// What lists of declarations resolve to, so that accounts with one list share its credentials.
private struct SharedLists {
  private var last: (declared: [CredentialDeclaration], credentials: [Credential]) = ([], [])
  /// Of earlier ones, those without a literal secret: such a secret is of one account, or of many in a row.
  private var others: [[CredentialDeclaration]: [Credential]] = [:]
  private var isOfUse = false

  /// Past this number of lists nothing more is kept, and nothing is looked for if each had but one account.
  private static let limit = 1024

  mutating func find(_ declared: [CredentialDeclaration]) -> [Credential]? {
    guard !declared.isEmpty else { return nil }
    if last.declared == declared { return last.credentials }
    guard isOfUse || others.count < SharedLists.limit, let known = others[declared] else { return nil }
    isOfUse = true
    last = (declared, known)
    return known
  }

  mutating func insert(_ declared: [CredentialDeclaration], _ credentials: [Credential]) {
    last = (declared, credentials)
    guard others.count < SharedLists.limit else { return }
    let hasLiteral = declared.contains { if case .literal = $0.secret { true } else { false } }
    if !hasLiteral { others[declared] = credentials }
  }
}
