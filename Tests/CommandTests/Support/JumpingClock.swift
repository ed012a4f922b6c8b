import Reconcile
import SIP
import Synchronization

/// A clock that stands still, save that a wait of `jump` or more is over at once, and then that time has
/// passed. Shorter waits last until the task is cancelled.
final class JumpingClock: RunClock {
  private let elapsed = Mutex(Duration.zero)
  private let jump: Duration

  init(jump: Duration = .seconds(5)) { self.jump = jump }

  var now: SIP.Instant { SIP.Instant(nanoseconds: 0) + elapsed.withLock { $0 } }

  /// 2026-11-22T22:00:00Z at first.
  var time: Timestamp { Timestamp(milliseconds: 1_795_384_800_000) + elapsed.withLock { $0 } }

  func advance(by duration: Duration) { elapsed.withLock { $0 += duration } }

  func sleep(until instant: SIP.Instant) async throws {
    let wait = instant - now
    guard wait >= jump else { return try await Task.sleep(for: .seconds(3600)) }
    advance(by: wait)
  }
}
