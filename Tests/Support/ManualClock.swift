public import Reconcile
public import SIP
import Synchronization

/// A clock that stands still until a test moves it.
public final class ManualClock: RunClock {
  private struct Sleeper {
    var until: Instant
    var continuation: CheckedContinuation<Void, any Error>
  }

  private struct State {
    var now = Instant(nanoseconds: 0)
    var time = Timestamp(milliseconds: 1_800_000_000_000)
    var next = 0
    var sleepers: [Int: Sleeper] = [:]
    var cancelled: Set<Int> = []
  }

  private let state = Mutex(State())

  public init() {}

  public var now: Instant { state.withLock { $0.now } }
  public var time: Timestamp { state.withLock { $0.time } }

  public func sleep(until instant: Instant) async throws {
    let key = state.withLock { state in
      state.next += 1
      return state.next
    }
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        let isOver = state.withLock { state in
          if instant <= state.now || state.cancelled.contains(key) { return true }
          state.sleepers[key] = Sleeper(until: instant, continuation: continuation)
          return false
        }
        if isOver { continuation.resume() }
      }
      try Task.checkCancellation()
    } onCancel: {
      let sleeper = state.withLock { state in
        state.cancelled.insert(key)
        return state.sleepers.removeValue(forKey: key)
      }
      sleeper?.continuation.resume(throwing: CancellationError())
    }
  }

  /// Sets the wall clock, as an administrator does; the other clock goes on undisturbed.
  public func setTime(by shift: Duration) {
    state.withLock { $0.time = $0.time + shift }
  }

  /// Moves the clock, and wakes who slept until then.
  public func advance(by duration: Duration) {
    let due = state.withLock { state in
      state.now = state.now + duration
      state.time = state.time + duration
      let now = state.now
      let due = state.sleepers.filter { $0.value.until <= now }
      for key in due.keys { state.sleepers[key] = nil }
      return due.values.map(\.continuation)
    }
    for continuation in due { continuation.resume() }
  }
}
