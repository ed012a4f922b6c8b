import Reconcile

/// What `--only` means for these files: names that exist, and the masters that come along.
struct SelectionCheck {
  let only: Set<AccountID>
  let desired: DesiredState
  let owned: Set<AccountID>

  /// Names that are neither declared nor owned.
  var unknown: [AccountID] {
    let declared = Set(desired.accounts.map(\.account.id))
    return only.filter { !declared.contains($0) && !owned.contains($0) }.sorted()
  }

  /// Accounts that were not named and are looked at because a named one depends on them.
  var companions: [AccountID] {
    var masters: [AccountID: [AccountID]] = [:]
    for desired in desired.accounts { masters[desired.account.id] = desired.account.dependsOn.map(\.account) }
    var all = only
    var open = Array(only)
    while let id = open.popLast() {
      for master in masters[id] ?? [] where all.insert(master).inserted { open.append(master) }
    }
    return all.subtracting(only).sorted()
  }
}
