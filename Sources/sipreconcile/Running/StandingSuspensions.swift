import Reconcile
import StateStore

extension StateStore {
  /// The suspensions that are not over, by the names under which their accounts are declared now; where nothing is
  /// declared, by those that they had.
  func standingSuspensions(
    at now: Timestamp,
    in desired: DesiredState? = nil
  ) throws(CommandFailure) -> [AccountID: Suspension] {
    let kept: [Suspension]
    do throws(StateError) {
      kept = try suspensions()
    } catch {
      throw CommandFailure(error)
    }
    var standing: [AccountID: Suspension] = [:]
    for suspension in kept where !suspension.isOver(at: now) { standing[suspension.account] = suspension }
    guard !standing.isEmpty, let desired else { return standing }
    for declared in desired.accounts {
      guard let former = declared.account.movedFrom, let suspension = standing[former] else { continue }
      standing[declared.account.id] = suspension
    }
    return standing
  }
}
