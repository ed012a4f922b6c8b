import Agent
import Reconcile
import SIP
import StateStore

/// A run that a watch carries out, for it holds the state: it is shown here as one of our own would be.
struct HandedRun: Sendable {
  let run: CommandRun
  let holder: LockHolder
  let call: AgentCall

  /// Nil where no watch holds the state.
  init?(_ run: CommandRun, statePath: String) {
    let holder = StateStore.holder(ofStateAt: statePath, at: run.surroundings.clock.time)
    guard let holder, holder.command == "watch" else { return nil }
    self.run = run
    self.holder = holder
    call = AgentCall(path: AgentCall.path(forStateAt: statePath))
  }

  func carryOut(
    _ request: RunRequest,
    expecting expected: ExpectedPlan? = nil,
    waits: Bool = true
  ) async throws(CommandFailure) -> CommandEnd {
    let display = HandedDisplay(run, holder, expected, waits: waits)
    do throws(ControlError) {
      try await call.run(request) { answer in
        display.take(answer)
        return !display.hasLeft
      }
    } catch {
      display.finish()
      if let cause = run.stop.cause { throw interrupted(cause) }
      throw unreachable(error)
    }
    display.finish()
    return try display.end.get()
  }

  func unreachable(_ error: ControlError) -> CommandFailure {
    CommandFailure(
      .locked,
      "the state is held by \(holder), which does not answer: \(error)",
      rule: "control"
    )
  }

  private func interrupted(_ cause: StopCause) -> CommandFailure {
    CommandFailure(
      cause.status,
      "not waited for any longer; the watch, process \(holder.pid), goes on with it",
      rule: "interrupted"
    )
  }
}
