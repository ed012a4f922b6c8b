import Reconcile
import SIP

/// What came of asking a registrar for the bindings of one account: a REGISTER without Contact, which changes
/// nothing (RFC 3261, 10.2.3).
struct FetchFacts: Sendable, Equatable {
  /// A credential of the account, without its secret.
  struct Declared: Sendable, Equatable {
    var username: String
    var realm: String?
    var algorithms: [DigestAlgorithm] = []
    var isToken = false
  }

  enum Outcome: Sendable, Equatable {
    case listed(Int)
    case refused(code: UInt16, reason: String)
    /// No final answer; with our own words.
    case unanswered(String)
    /// Not asked, for the account's secret cannot be had.
    case withoutSecret
    /// Not asked, for no server can be used.
    case unreachable
    /// Nobody waited for the end.
    case cutOff
  }

  var account: String
  var declared: [Declared] = []
  var exchange = FetchExchange()
  var outcome: Outcome
  /// Our wall clock when the answers had come; nil where nobody was asked.
  var at: Timestamp?
  /// Our own state has a binding of this account that a registrar confirmed and that has not expired.
  var isBound = false

  init(_ account: String, _ outcome: Outcome) {
    self.account = account
    self.outcome = outcome
  }
}
