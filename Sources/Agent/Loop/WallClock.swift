import Reconcile
import SIP

/// The wall clock beside the clock that never goes back, so that someone's setting it is noticed.
///
/// Time goes on evenly here, and is set at one moment only: when `read` says so. What is kept in terms of
/// the wall clock can then be moved along, so that no binding looks expired, or valid, for being told in
/// another time.
struct WallClock: Sendable {
  /// What the wall clock showed when the other one began.
  private var origin: Timestamp

  /// A smaller difference is the clock's being steered, which loses nothing.
  static let tolerance = Duration.seconds(1)
  /// Two readings further apart than this were interrupted, and say nothing about each other.
  static let longestReading = Duration.milliseconds(100)

  init(showing time: Timestamp, at now: Instant) {
    origin = time + (Instant(nanoseconds: 0) - now)
  }

  func time(at now: Instant) -> Timestamp { origin + (now - Instant(nanoseconds: 0)) }

  /// Compares the clocks; gives by how much the wall clock was set since the last call, if it was.
  ///
  /// - Parameter clocks: Reads both; called twice.
  mutating func read(_ clocks: () -> (now: Instant, time: Timestamp)) -> Duration? {
    let (reading, check) = (clocks(), clocks())
    guard check.now - reading.now <= WallClock.longestReading else { return nil }
    let shift = reading.time - time(at: reading.now)
    origin = origin + shift
    return shift.magnitude > WallClock.tolerance ? shift : nil
  }
}

extension Duration {
  fileprivate var magnitude: Duration { self < .zero ? .zero - self : self }
}
