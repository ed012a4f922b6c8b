public import SIP

/// The time as a run needs it; what a test gives in place of the machine's clocks.
public protocol RunClock: Sendable {
  /// A clock that never goes back.
  var now: Instant { get }
  /// The wall clock.
  var time: Timestamp { get }
  /// Waits until an instant; throws when the task is cancelled.
  func sleep(until instant: Instant) async throws
}
