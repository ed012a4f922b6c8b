import Reconcile

// What failed and is tried at once: because the files changed, or because somebody asked.

extension AgentMachine {
  /// Gives the engine what is declared now for accounts that fail as they were declared before, and that the
  /// plan leaves alone: their rows say what was last registered, and the files may have come back to that.
  mutating func tryAgain(besides work: Reconciliation) -> [Action] {
    let asksForNow = triesStalled
    triesStalled = false
    let isRefused = !work.plan.refusals.isEmpty
    guard activities.values.contains(where: { $0.failure != nil }) else { return [] }
    let handled = isRefused ? [] : Set(work.plan.changes.lazy.map(\.account))
    var edits: [AccountEdit] = []
    var refreshes: [AccountID] = []
    for declared in work.desired.accounts {
      let account = declared.account
      guard let activity = activities[account.id], let failure = activity.failure,
        residents.contains(account.id), !handled.contains(account.id)
      else { continue }
      let attempt = attempt(account)
      let isChanged = activity.failedAttempt.map { $0 != attempt } ?? false
      if account.register, isChanged, !isRefused {
        activities[account.id]?.failedAttempt = attempt
        edits.append(AccountEdit(account: account, credentials: work.credentials(account) ?? []))
      } else if asksForNow, failure.isLasting(code: activity.code) {
        refreshes.append(account.id)
      }
    }
    return (edits.isEmpty ? [] : [.perform(.edit(edits))])
      + (refreshes.isEmpty ? [] : [.perform(.refresh(refreshes))])
  }
}
