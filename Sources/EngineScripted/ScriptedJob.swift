import Reconcile

/// A REGISTER that waits for its turn, or for its answer.
struct ScriptedJob {
  enum Kind {
    case register
    case remove
    case withdraw(Withdrawal, Int, AsyncStream<(Int, WithdrawalResult)>.Continuation)
  }

  var account: AccountID
  var kind: Kind
  /// What was sent, for the answer.
  var sent: ScriptedRequest?

  init(_ account: AccountID, _ kind: Kind) {
    self.account = account
    self.kind = kind
  }
}
