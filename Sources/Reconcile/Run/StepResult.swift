/// How one step ended.
public struct StepResult: Sendable, Hashable {
  /// Nil: it is done.
  public var failure: RegistrationFailure?
  public var code: UInt16?
  public var reason: String
  /// What a person can do about it, where more is known than the failure tells.
  public var remedy: String?
  /// Of a binding that could not be removed: when it ends by itself.
  public var lapsesAt: Timestamp?

  public init(failure: RegistrationFailure? = nil, code: UInt16? = nil, reason: String = "") {
    self.failure = failure
    self.code = code
    self.reason = reason
  }

  public static let done = StepResult()
}

/// A step of a plan: the position of its change, and its own position in that change.
public struct StepRef: Sendable, Hashable {
  public var change: Int
  public var step: Int

  public init(change: Int, step: Int) {
    self.change = change
    self.step = step
  }
}
