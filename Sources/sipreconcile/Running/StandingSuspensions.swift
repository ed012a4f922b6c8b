import Reconcile
import StateStore

extension StateStore {
  /// The suspensions that are not over, by the names under which they were made.
  func standingSuspensions(at now: Timestamp) throws(CommandFailure) -> [AccountID: Suspension] {
    do throws(StateError) {
      let standing = try suspensions().lazy.filter { !$0.isOver(at: now) }.map { ($0.account, $0) }
      return Dictionary(uniqueKeysWithValues: standing)
    } catch {
      throw CommandFailure(error)
    }
  }
}
