import Agent
import Reconcile

/// The exit status of a plan that is only shown.
enum PlanVerdict {
  /// - Parameter tellsChanges: pending changes are told by the status (`--exit-code`).
  static func status(of plan: Plan, tellsChanges: Bool) -> ExitStatus {
    if !plan.refusals.isEmpty { return .refused }
    if isUnreadable(plan) { return .liveUnreadable }
    return tellsChanges && !plan.isEmpty ? .changesPending : .done
  }

  /// True where nothing can be said or done, for no registrar told what is bound.
  static func isUnreadable(_ plan: Plan) -> Bool {
    isUnreadable(plan.isEmpty, plan.unknown.isEmpty, plan.unchanged.isEmpty)
  }

  /// As above, of a plan that another process made.
  static func isUnreadable(_ plan: PlanDocument) -> Bool {
    isUnreadable(plan.changes.isEmpty, plan.unknown.isEmpty, plan.unchanged.isEmpty)
  }

  private static func isUnreadable(_ hasNoChange: Bool, _ knowsAll: Bool, _ hasNoUnchanged: Bool) -> Bool {
    hasNoChange && !knowsAll && hasNoUnchanged
  }
}
