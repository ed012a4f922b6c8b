public import Reconcile

/// One change of a run, as the history keeps it.
public struct RunChange: Sendable, Hashable {
  public var account: AccountID
  public var action: Change.Action
  public var outcome: Outcome.Kind
  /// Why it was made; nil in what was written before causes were kept.
  public var cause: Cause.Kind?
  /// `file:line:column` of the cause.
  public var place: String?
  /// The SIP status code of the last final answer.
  public var code: UInt16?
  public var reason: String

  public init(_ outcome: Outcome) {
    account = outcome.account
    action = outcome.action
    self.outcome = outcome.kind
    cause = outcome.cause?.kind
    place = outcome.cause?.at?.description
    code = outcome.code
    reason = outcome.reason
  }

  init(account: AccountID, action: Change.Action, outcome: Outcome.Kind, reason: String) {
    self.account = account
    self.action = action
    self.outcome = outcome
    self.reason = reason
  }
}
