/// What is done where a server asks for less proof than it did, or for none.
public struct ChallengePolicy: Sendable, Hashable {
  /// What is done with a challenge that is weaker than one of the same server before.
  public enum Downgrade: String, Sendable, Hashable, CaseIterable {
    /// It is answered, and a warning tells of it.
    case warn
    /// It is not answered.
    case refuse
  }

  /// A registration that is accepted without a challenge, though there are credentials for it, has failed.
  public var isRequired: Bool
  public var downgrade: Downgrade

  public init(isRequired: Bool = false, downgrade: Downgrade = .warn) {
    self.isRequired = isRequired
    self.downgrade = downgrade
  }
}
