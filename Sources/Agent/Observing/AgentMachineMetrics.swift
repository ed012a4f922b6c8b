import Reconcile
import SIP

extension AgentMachine {
  /// What is known of all declared accounts, without a look at their rows.
  func metrics(owner: String, isStateWritable: Bool, startedAt: Timestamp, at time: Timestamp)
    -> MetricsSnapshot
  {
    var snapshot = MetricsSnapshot(
      owner: owner,
      isManifestAccepted: rejected.isEmpty,
      isStateWritable: isStateWritable,
      startedAt: startedAt,
      counters: counters
    )
    let accounts = inForce?.desired?.accounts ?? []
    snapshot.accounts = accounts.count
    let suspended = suspended
    for declared in accounts {
      let isSuspended = !suspended.isEmpty && suspended[declared.account.declaredID] != nil
      count(declared.account, isSuspended: isSuspended, in: &snapshot, at: time)
    }
    return snapshot
  }

  private func count(
    _ account: Account,
    isSuspended: Bool,
    in snapshot: inout MetricsSnapshot,
    at time: Timestamp
  ) {
    let activity = activities[account.id] ?? AccountActivity()
    let end = activity.isBound ? activity.expiresAt : nil
    let isExpired = end.map { $0 <= time } ?? false
    var kinds = activity.kinds
    if isExpired || !account.register { kinds.remove(.ready) }
    if !account.register || isSuspended {
      kinds.subtract([.blocked, .stalled, .reconciling])
      kinds.insert(.suspended)
    }
    snapshot.states[isExpired ? .failed : activity.state, default: 0] += 1
    for kind in kinds { snapshot.conditions[kind, default: 0] += 1 }
    snapshot.foreignBindings += activity.foreign.count
    if let end, !isExpired { snapshot.firstExpiry = min(snapshot.firstExpiry ?? end, end) }
    guard snapshot.accounts <= MetricsSnapshot.mostEntries else { return }
    snapshot.entries.append(
      MetricsSnapshot.Entry(
        account: account.id.name,
        isReady: kinds.contains(.ready),
        expiresAt: isExpired ? nil : end
      )
    )
  }

  func health(stateFailure: String?) -> AgentHealth {
    var troubles: [String] = []
    if isStopping { troubles.append("the watch is ending") }
    if inForce == nil {
      troubles.append("the files have not been read yet")
    } else if holdsUnchanged {
      troubles.append("no plan has been made yet")
    }
    if let stateFailure { troubles.append("the state cannot be written: \(stateFailure)") }
    return AgentHealth(troubles: troubles)
  }

  /// One line for a service manager.
  func summary() -> String {
    let accounts = inForce?.desired?.accounts ?? []
    let ready = accounts.count { activities[$0.account.id]?.kinds.contains(.ready) == true }
    let files = rejected.isEmpty ? "" : "; the files are not valid"
    return "\(ready) of \(accounts.count) accounts registered\(files)"
  }
}
