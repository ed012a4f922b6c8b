/// What a person asked of one plan, beside what the manifests say.
public struct PlanOptions: Sendable {
  /// Overrides the manifest's `reconcile.prune`.
  public var prune: ReconcilePolicy.Prune?
  /// Acknowledges that the manifests declare no account.
  public var allowEmpty: Bool
  /// Acknowledges that this many owned accounts are unregistered or replaced.
  public var allowUnregister: Int?
  /// The other owner whose accounts may be taken over.
  public var takeover: String?
  /// Where not empty, only these accounts and their masters are looked at.
  public var only: Set<AccountID>
  /// These accounts are left alone, with all of their flows.
  public var exclude: Set<AccountID>
  /// These are left alone too, but no other flow of theirs: an engine is at work on them by itself.
  public var underway: Set<AccountID>
  /// These are left alone, with all of their flows, and the plan says why.
  public var suspended: [AccountID: Suspension]
  /// Accounts to refresh although nothing differs.
  public var requestedRefresh: Set<AccountID>
  /// True for a resident agent, whose engine refreshes by itself: then no refresh is planned when one is due.
  public var keepsRunning: Bool
  /// Where the engine is reached; nil where a changed address is no difference, as in a one-shot run.
  public var ownAddress: OwnAddress?
  /// Where the live state comes from, for the plan's summary.
  public var liveSource: LiveSummary.Source

  public init() {
    allowEmpty = false
    only = []
    exclude = []
    underway = []
    suspended = [:]
    requestedRefresh = []
    keepsRunning = false
    liveSource = .registrar
  }
}

/// Which accounts a registrar is asked about before a plan is made.
public enum QuestionMode: Sendable, Hashable {
  /// Every declared account that is to be registered: `plan` and `drift`.
  case all
  /// Only where the answer can change what is done: `apply`.
  case whereItMatters
}
