public import SIP

/// A plan with all that is needed to carry it out.
public struct Reconciliation: Sendable {
  public var plan: Plan
  public var desired: DesiredState
  public var observed: ObservedState
  /// The keyed hash of each account's secrets, to be kept with its registration.
  public var secretFingerprints: [AccountID: String]
  /// Resolves an account's credentials; nil where a secret's reference no longer resolves.
  public var credentials: @Sendable (Account) -> [Credential]?
  /// Accounts that the engine holds already, as an agent's does.
  public var residents: Set<AccountID>
  /// Accounts that are suspended, by their declared names: the engine is told so when it gets them.
  public var suspended: Set<AccountID>
  /// True to give the engine every bound account, so that it keeps them registered.
  public var holdsUnchanged: Bool
  /// True for a shutdown: a dependent that cannot be unregistered holds its master up, and no longer keeps it.
  public var isLeaving: Bool
  /// How many CSeq numbers are reserved at once for a registration.
  public var cseqBlock: UInt32
  /// Where the engine is reached, so that a contact which it will choose is known before it is sent; nil where that
  /// cannot be told.
  public var ownAddress: OwnAddress?

  public init(
    plan: Plan,
    desired: DesiredState,
    observed: ObservedState,
    secretFingerprints: [AccountID: String] = [:],
    credentials: @escaping @Sendable (Account) -> [Credential]?
  ) {
    self.plan = plan
    self.desired = desired
    self.observed = observed
    self.secretFingerprints = secretFingerprints
    self.credentials = credentials
    residents = []
    suspended = []
    holdsUnchanged = false
    isLeaving = false
    cseqBlock = 64
  }
}
