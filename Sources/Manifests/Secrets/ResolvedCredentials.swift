public import Reconcile
public import SIP

/// The credentials of every account of a desired state, secrets included.
///
/// Accounts with equal declarations share one array. An account with a secret that could not be had lacks
/// that credential; the diagnostics of the resolving say so.
public struct ResolvedCredentials: Sendable {
  private var byAccount: [AccountID: [Credential]] = [:]
  private var pushIDs: [SecretReference: Secret] = [:]

  public init() {}

  public subscript(id: AccountID) -> [Credential] { byAccount[id] ?? [] }

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

  mutating func set(_ credentials: [Credential], for id: AccountID) { byAccount[id] = credentials }

  mutating func set(pushID secret: Secret, for reference: SecretReference) { pushIDs[reference] = secret }

  mutating func reserve(_ count: Int) { byAccount.reserveCapacity(count) }
}
