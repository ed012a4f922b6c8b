package import Reconcile
package import SIP

/// An account as it was read from another program's file.
package struct ImportedAccount: Sendable {
  /// Its name in the file, by which others of the file refer to it.
  package var sourceName: String
  package var account: Account
  /// The secrets of its credentials, in their order; nil where the file holds none.
  package var secrets: [Secret?] = []
  /// The push resource id, which is as good as a secret.
  package var pushToken: Secret?
  /// The source name of the account that it depends on.
  package var master: (name: String, at: SourceLocation)?
  package var at: SourceLocation
  /// What could not be carried over.
  package var remarks: [Diagnostic] = []

  package init(_ sourceName: String, identity: NameAddress, at: SourceLocation) {
    self.sourceName = sourceName
    account = Account(id: AccountID(sourceName), identity: identity)
    self.at = at
  }

  /// Notes what could not be carried over: a warning, and a comment beside the account.
  mutating func warn(_ message: String, at place: SourceLocation? = nil) {
    remarks.append(Diagnostic(.warning, at: place ?? at, message, rule: "import"))
  }

  mutating func add(_ credential: CredentialDeclaration, _ secret: Secret?) {
    account.credentials.append(credential)
    secrets.append(secret)
  }
}
