import Agent
import Reconcile
import StateStore
import Synchronization

/// Shows what a watch answers to a request for a run, part by part, and says how it ended.
final class HandedDisplay: Sendable {
  private struct State {
    var plan: PlanDocument?
    var progress: ProgressObserver?
    /// Nobody waits for what comes after the plan.
    var hasLeft = false
    var end: Result<CommandEnd, CommandFailure>
  }

  private let run: CommandRun
  private let holder: LockHolder
  private let expected: ExpectedPlan?
  private let waits: Bool
  private let state: Mutex<State>

  init(_ run: CommandRun, _ holder: LockHolder, _ expected: ExpectedPlan?, waits: Bool = true) {
    self.waits = waits
    self.run = run
    self.holder = holder
    self.expected = expected
    let unended = CommandFailure(.failed, "the watch ended before it had answered", rule: "control")
    state = Mutex(State(end: .failure(unended)))
  }

  var end: Result<CommandEnd, CommandFailure> { state.withLock { $0.end } }

  var hasLeft: Bool { state.withLock { $0.hasLeft } }

  func take(_ answer: AgentAnswer) {
    if let plan = answer.plan { take(plan) }
    if answer.plan != nil, !waits { leave() }
    if let outcome = answer.outcome {
      let progress = state.withLock { $0.progress }
      progress?.ended(outcome)
      progress?.turnEnded()
    }
    if let report = answer.report { take(report) }
    if let problem = answer.problem {
      let end = self.end(for: problem)
      state.withLock { $0.end = end }
    }
  }

  func finish() { state.withLock { $0.progress }?.finish() }

  private func take(_ plan: PlanDocument) {
    let display = ProgressDisplay(of: plan, columns: run.console.columns, palette: run.output.errorPalette)
    let progress = ProgressObserver(display, run)
    state.withLock { state in
      state.plan = plan
      state.progress = progress
    }
    // JSON is one document: the report, where there is one.
    if run.output.format != .json { run.output.plan(plan) }
    if run.output.format.isForPeople, !plan.changes.isEmpty { run.console.output("") }
  }

  /// A plan that something stops, and one that is empty, is answered at once: that is heard.
  private func leave() {
    guard let plan = state.withLock({ $0.plan }), plan.refusals.isEmpty, !plan.changes.isEmpty,
      expected?.differences(from: plan) == nil
    else { return }
    if run.output.format == .json { run.output.json(plan) }
    let count = Columns.count(plan.changes.count, "change", "changes")
    run.output.note(.info, "Not waited for: the watch, process \(holder.pid), carries \(count) out.")
    state.withLock { state in
      state.end = .success(.done)
      state.hasLeft = true
    }
  }

  private func take(_ report: ReportDocument) {
    finish()
    let plan = state.withLock { $0.plan }
    if run.output.format == .json || !report.outcomes.isEmpty { run.output.report(report, isWatched: true) }
    let isRead = plan?.unknown.isEmpty ?? true
    let status: ExitStatus =
      if let plan, PlanVerdict.isUnreadable(plan) {
        .liveUnreadable
      } else {
        report.summary.isComplete && isRead ? .done : .someFailed
      }
    state.withLock { $0.end = .success(CommandEnd(status, summary: report.summary)) }
  }

  private func end(for problem: AgentProblem) -> Result<CommandEnd, CommandFailure> {
    let plan = state.withLock { $0.plan }
    if run.output.format == .json, let plan, problem.kind == .refused { run.output.json(plan) }
    switch problem.kind {
    // The plan tells them, with the options that acknowledge them.
    case .refused: return .success(CommandEnd(.refused))
    case .unexpected:
      let lines = plan.flatMap { expected?.differences(from: $0) } ?? [problem.message]
      return .failure(CommandFailure(.refused, lines.map { Diagnostic(.error, $0, rule: "expect") }))
    case .unknownAccount: return .failure(CommandFailure(.usage, problem.message, rule: "unknown-account"))
    case .suspension: return .failure(CommandFailure(.failed, problem.message, rule: "suspended"))
    case .otherFiles:
      let message = "the state is held by \(holder): \(problem.message)"
      return .failure(CommandFailure(.locked, message, rule: "state"))
    case .stopping, .badRequest:
      return .failure(CommandFailure(.failed, "\(holder): \(problem.message)", rule: "control"))
    }
  }
}
