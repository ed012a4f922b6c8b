import Reconcile

/// A dependency as it is written: whose it is, and where.
struct DeclaredDependency {
  /// The dependent's place in the list of its file's accounts.
  var account: Int
  var master: AccountID
  var at: SourceLocation
}
