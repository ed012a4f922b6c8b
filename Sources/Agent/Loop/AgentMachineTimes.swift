import Reconcile
import SIP

// When a machine is woken, and what it does when the wall clock is set.

extension AgentMachine {
  /// Moves all wall-clock times along with a clock that was set.
  mutating func shiftTimes(by shift: Duration) {
    activities.changeAll { $0.shiftTimes(by: shift) }
    for (id, suspension) in suspensions { suspensions[id]?.until = suspension.until.map { $0 + shift } }
    switch state {
    case .running(var run):
      state = .idle
      run.shiftTimes(by: shift)
      state = .running(run)
    case .stopping(let cause, .some(var run)):
      run.shiftTimes(by: shift)
      state = .stopping(cause, run)
    case .idle, .asking, .planning, .stopping(_, nil), .ended: break
    }
  }

  /// When `timerFired` is to be called at the latest; nil: there is nothing to wait for.
  var nextWake: Instant? {
    var wakes = [debounceAt, nextLookAt, planRetry.at, stopAt, suspensionEnds.values.min()].compactMap { $0 }
    if hasRun {
      wakes.append(lastTick + AgentMachine.recordInterval)
    } else if !unwritten.isEmpty {
      wakes.append(lastRecord + AgentMachine.recordInterval)
    }
    return wakes.min()
  }
}
