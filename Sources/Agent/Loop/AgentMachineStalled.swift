import Reconcile

// What failed and is tried at once, for the files say something else of it now. A reading alone is no reason:
// it would make short work of every pause.

extension AgentMachine {
  /// Gives the engine what is declared now for accounts that fail as they were declared before, and that the
  /// plan leaves alone: their rows say what was last registered, and the files may have come back to that.
  mutating func tryAgain(besides work: Reconciliation) -> [Action] {
    guard work.plan.refusals.isEmpty, activities.values.contains(where: { $0.failure != nil }) else {
      return []
    }
    let handled = Set(work.plan.changes.lazy.map(\.account))
    let suspended = suspended
    var edits: [AccountEdit] = []
    for declared in work.desired.accounts {
      let account = declared.account
      let attempt = attempt(account)
      guard account.register, suspended[account.declaredID] == nil, residents.contains(account.id),
        !handled.contains(account.id),
        let activity = activities[account.id], activity.failure != nil,
        let failedAttempt = activity.failedAttempt, failedAttempt != attempt
      else { continue }
      activities[account.id]?.failedAttempt = attempt
      edits.append(AccountEdit(account: account, credentials: work.credentials(account) ?? []))
    }
    return edits.isEmpty ? [] : [.perform(.edit(edits))]
  }
}
