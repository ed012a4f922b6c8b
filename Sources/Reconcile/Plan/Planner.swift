/// Compares what is desired with what is observed, and says what is to be done: a pure function.
///
/// Three things are compared for each account: the manifest, what the state says we own, and what the
/// registrar answered. Where the registrar did not answer, nothing is unregistered or repaired on that
/// ground. The cost grows with the number of accounts, and is small for those that did not change.
public struct Planner: Sendable {
  public var options: PlanOptions

  public init(options: PlanOptions = PlanOptions()) { self.options = options }

  /// Makes the plan.
  ///
  /// - Parameters:
  ///   - desired: what the files declare.
  ///   - observed: what is owned, and what registrars say.
  ///   - secretFingerprints: the keyed hash of each account's secrets; an account that is not here is taken to
  ///     have the secrets it had.
  public func plan(
    desired: DesiredState,
    observed: ObservedState,
    secretFingerprints: [AccountID: String] = [:]
  ) -> Plan {
    var planning = Planning(
      desired: desired,
      observed: observed,
      secretFingerprints: secretFingerprints,
      options: options
    )
    planning.planDeclared()
    planning.handOn()
    planning.planUndeclared()
    return planning.finish()
  }

  /// The accounts whose bindings to ask a registrar for, before a plan is made.
  ///
  /// Accounts that leave the manifest are never asked about: whatever the answer, they are unregistered.
  public func questions(
    desired: DesiredState,
    observed: ObservedState,
    mode: QuestionMode,
    secretFingerprints: [AccountID: String] = [:]
  ) -> [AccountID] {
    let selection = Selection(options, desired: desired, owned: observed.owned)
    let registered = desired.accounts.lazy.filter { desired in
      desired.account.register && selection.includes(desired.account.id)
    }
    if mode == .all { return registered.map(\.account.id) }
    var index = OwnedIndex(observed, desired: desired)
    if desired.accounts.contains(where: { $0.account.movedFrom != nil }) {
      let names = Set(desired.accounts.lazy.map(\.account.id))
      index.followNames(in: desired) { names.contains($0) }
    }
    return registered.filter { desired in
      let id = desired.account.id
      // What of others is bound there is known to the registrar alone.
      if desired.account.exclusive { return true }
      guard let row = index.current[id] else { return false }
      if observed.owned[row].phase == .pending { return true }
      guard observed.owned[row].phase == .bound, observed.owned[row].mayBeBound(at: observed.at) else {
        return false
      }
      if let now = secretFingerprints[id], now != observed.owned[row].secretFingerprint { return false }
      return !desired.account.needsTraffic(after: index.withPresentNames(observed.owned[row].account))
    }.map(\.account.id)
  }
}

extension Account {
  /// True if a change from the other account to this one sends something.
  func needsTraffic(after other: Account) -> Bool {
    if self == other { return false }
    return differences(from: other).contains { $0.effect != .local }
  }
}
