/// The limits that a plan may not pass without being told to: each refusal names the option that does.
struct Rails {
  let options: PlanOptions
  let policy: ReconcilePolicy

  func refusals(of plan: Plan, given observed: ObservedState, _ desired: DesiredState) -> [Refusal] {
    var refusals = otherOwners(observed, desired)
    if desired.accounts.isEmpty, !options.allowEmpty {
      refusals.append(
        Refusal(
          rule: "empty",
          message: "the manifests declare no account: if that is meant, say --allow-empty",
          option: "--allow-empty"
        )
      )
    }
    if let refusal = tooMany(plan, observed) { refusals.append(refusal) }
    return refusals
  }

  /// Unregistering and replacing is limited to a share of what is owned; registering and repairing never is.
  private func tooMany(_ plan: Plan, _ observed: ObservedState) -> Refusal? {
    let count = plan.changes.count { change in
      switch change.action {
      case .unregister: change.cause.kind != .orphan && change.steps.contains(where: \.isSent)
      case .replace: true
      case .register, .edit, .repair, .refresh, .move, .follow, .adopt, .local: false
      }
    }
    guard count > 0, count > options.allowUnregister ?? 0 else { return nil }
    let owned = Set(
      observed.owned.lazy.filter {
        ($0.phase == .bound || $0.phase == .pending) && $0.mayBeBound(at: observed.at)
      }.map(\.account.id)
    ).count
    let isShareExceeded = owned >= 5 && count * 100 > policy.maxUnregister * owned
    guard owned > 0, isShareExceeded || count >= owned else { return nil }
    let limit = count >= owned ? "that is all of them" : "the limit is \(policy.maxUnregister) %"
    return Refusal(
      rule: "max-unregister",
      message: "\(count) of \(owned) owned accounts would be unregistered or replaced, and \(limit): "
        + "if that is meant, say --allow-unregister \(count)",
      option: "--allow-unregister \(count)"
    )
  }

  private func otherOwners(_ observed: ObservedState, _ desired: DesiredState) -> [Refusal] {
    guard !observed.otherOwners.isEmpty else { return [] }
    var accounts: [String: [AccountID]] = [:]
    for desired in desired.accounts {
      let id = desired.account.id
      guard let owner = observed.otherOwners[id], owner != options.takeover else { continue }
      accounts[owner, default: []].append(id)
    }
    return accounts.sorted { $0.key < $1.key }.map { owner, ids in
      let more = ids.count > 1 ? " and \(ids.count - 1) more belong" : " belongs"
      return Refusal(
        rule: "other-owner",
        message: "\(ids.sorted()[0])\(more) to the owner \(owner), not to \(desired.owner): "
          + "if \(owner) has given them up, say --takeover \(owner)",
        option: "--takeover \(owner)"
      )
    }
  }
}
