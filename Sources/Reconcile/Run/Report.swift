/// What came of a plan.
public struct Report: Sendable, Hashable {
  public var planDigest: String
  public var outcomes: [Outcome]

  public init(planDigest: String, outcomes: [Outcome] = []) {
    self.planDigest = planDigest
    self.outcomes = outcomes
  }
}

/// How one change ended.
public struct Outcome: Sendable, Hashable {
  public enum Kind: String, Sendable, Hashable, Codable { case done, failed, blocked, notStarted }

  public var account: AccountID
  public var action: Change.Action
  public var kind: Kind
  public var code: UInt16?
  public var reason: String
  /// The accounts that blocked this one; the first is the root cause.
  public var blockedBy: [AccountID]
  /// Why the change was made; nil where the plan is not known any more.
  public var cause: Cause?
  /// What a person can do about it.
  public var remedy: String?
  /// Of a binding that could not be removed: when it ends by itself.
  public var lapsesAt: Timestamp?
  public var duration: Duration

  public init(
    account: AccountID,
    action: Change.Action,
    kind: Kind,
    reason: String = "",
    duration: Duration = .zero
  ) {
    self.account = account
    self.action = action
    self.kind = kind
    self.reason = reason
    self.duration = duration
    blockedBy = []
  }
}
