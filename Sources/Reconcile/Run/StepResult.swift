/// How one step ended.
public struct StepResult: Sendable, Hashable {
  /// Nil: it is done.
  public var failure: RegistrationFailure?
  public var code: UInt16?
  public var reason: String

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
