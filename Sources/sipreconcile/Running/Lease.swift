import Reconcile
import StateStore

/// Keeps a lease alive while a run lasts.
struct Lease: Sendable {
  let lock: StateLock
  let surroundings: Surroundings

  /// Says every few seconds that we are alive; returns why, if the lease was lost, and nil when cancelled.
  func keep() async -> CommandFailure? {
    while true {
      do {
        try await Task.sleep(for: StateLock.heartbeatInterval)
      } catch {
        return nil
      }
      do throws(StateError) {
        try lock.beat(at: surroundings.clock.time)
      } catch {
        return CommandFailure(error)
      }
    }
  }
}
