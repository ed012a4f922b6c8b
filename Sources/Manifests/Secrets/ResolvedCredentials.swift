public import Reconcile
public import SIP

/// The credentials of every account of a desired state, secrets included.
///
/// Accounts with equal declarations share one array. An account with a secret that could not be had lacks
/// that credential; the diagnostics of the resolving say so.
public struct ResolvedCredentials: Sendable {
  private struct Entry {
    var declared: [CredentialDeclaration]
    var resolved: [Credential]
  }

  private var byAccount: [AccountID: Entry] = [:]
  private var pushIDs: [SecretReference: Secret] = [:]

  public init() {}

  public subscript(id: AccountID) -> [Credential] { byAccount[id]?.resolved ?? [] }

  /// The accounts that declare credentials.
  package var accounts: some Sequence<AccountID> { byAccount.keys }

  package func declares(_ id: AccountID) -> Bool { byAccount[id] != nil }

  /// Those of an account, if it was declared with the same and all of them could be had.
  package func credentials(of account: Account) -> [Credential]? {
    guard let entry = byAccount[account.id], entry.declared == account.credentials,
      entry.resolved.count == account.credentials.count
    else { return nil }
    return entry.resolved
  }

  /// Puts the push resource ids that are references into the accounts; call it before planning.
  public func fillPushIDs(of desired: inout DesiredState) {
    guard !pushIDs.isEmpty else { return }
    for index in desired.accounts.indices {
      guard let reference = desired.accounts[index].account.push?.pridReference,
        let secret = pushIDs[reference]
      else { continue }
      let text = secret.withBytes { String(decoding: $0, as: UTF8.self) }
      desired.accounts[index].account.push?.prid = text
    }
  }

  mutating func set(_ credentials: [Credential], for account: Account) {
    byAccount[account.id] = Entry(declared: account.credentials, resolved: credentials)
  }

  mutating func set(pushID secret: Secret, for reference: SecretReference) { pushIDs[reference] = secret }

  mutating func reserve(_ count: Int) { byAccount.reserveCapacity(count) }
}
