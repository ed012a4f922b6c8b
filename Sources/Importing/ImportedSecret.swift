package import Reconcile
package import SIP

/// A secret that stood in an imported file, and the reference that stands for it now.
package struct ImportedSecret: Sendable {
  /// The environment variable, or the name of the file.
  package var name: String
  package var reference: SecretReference
  /// Nil where the file held none: a person has to give it.
  package var value: Secret?
  /// The account that uses it first.
  package var account: AccountID
}
