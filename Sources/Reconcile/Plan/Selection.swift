/// The accounts that `--only` and `--exclude` leave to a plan.
struct Selection {
  /// Nil selects all.
  private let chosen: Set<AccountID>?
  private let excluded: Set<AccountID>
  /// Those among them that a person wants left alone, by their declared names, former ones too.
  let suspended: [AccountID: Suspension]

  /// An account that is chosen brings its masters along, over any number of levels, and each its other flows.
  init(_ options: PlanOptions, desired: DesiredState, owned: [OwnedRegistration]) {
    suspended = desired.following(options.suspended)
    var excluded = options.exclude.union(suspended.keys)
    if !excluded.isEmpty {
      excluded.formFlows(of: desired.accounts.lazy.map(\.account))
      excluded.formFlows(of: owned.lazy.map(\.account))
    }
    self.excluded = excluded.union(options.underway)
    guard !options.only.isEmpty else {
      chosen = nil
      return
    }
    var masters: [AccountID: [AccountID]] = [:]
    for desired in desired.accounts where !desired.account.dependsOn.isEmpty {
      masters[desired.account.id] = desired.account.dependsOn.map(\.account)
    }
    var all = options.only
    var open = Array(options.only)
    while let id = open.popLast() {
      for master in masters[id] ?? [] where all.insert(master).inserted { open.append(master) }
    }
    all.formFlows(of: desired.accounts.lazy.map(\.account))
    all.formFlows(of: owned.lazy.map(\.account))
    chosen = all
  }

  func includes(_ id: AccountID) -> Bool {
    if !excluded.isEmpty, excluded.contains(id) { return false }
    return chosen?.contains(id) ?? true
  }
}
