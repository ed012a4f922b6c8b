import SIP
import Synchronization

/// What a run knows of its end: the time limit, and the first cause to stop.
final class StopRequest: Sendable {
  private struct State {
    var cause: StopCause?
    var deadline: SIP.Instant?
    var isCarryingOut = false
  }

  private let state = Mutex(State())

  /// Nil while nothing stops the run.
  var cause: StopCause? { state.withLock { $0.cause } }

  /// When the run must be over; nil without a limit.
  var deadline: SIP.Instant? { state.withLock { $0.deadline } }

  /// True once changes are carried out: from then on the end is told by a report.
  var isCarryingOut: Bool { state.withLock { $0.isCarryingOut } }

  func setDeadline(_ deadline: SIP.Instant?) { state.withLock { $0.deadline = deadline } }

  /// Takes a cause to stop; false if the work goes on all the same, for it keeps the time limit itself.
  func stop(because cause: StopCause) -> Bool {
    state.withLock { state in
      if state.isCarryingOut, case .timedOut = cause { return false }
      if state.cause == nil { state.cause = cause }
      return true
    }
  }

  /// Throws if the run has to end.
  func check() throws(CommandFailure) {
    if let cause { throw cause.failure }
  }

  /// From now on changes are carried out; throws if the run has to end before.
  func beginCarryingOut() throws(CommandFailure) {
    let cause = state.withLock { state in
      state.isCarryingOut = state.cause == nil
      return state.cause
    }
    if let cause { throw cause.failure }
  }
}
