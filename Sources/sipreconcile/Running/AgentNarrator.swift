import Agent
import Reconcile

/// Tells what an agent does: lines on standard error for people, events on standard output in NDJSON.
struct AgentNarrator: AgentObserver {
  let output: RunOutput

  func note(_ notice: AgentNotice) {
    switch notice {
    case .accepted(let accounts, let diagnostics):
      output.diagnostics(diagnostics)
      output.note(.info, "\(Columns.count(accounts, "account", "accounts")) declared; the files are followed")
    case .rejected(let diagnostics):
      output.diagnostics(diagnostics)
      output.note(.error, "the files are not valid: what was in force before goes on")
    case .refused(let refusals):
      for refusal in refusals {
        output.note(.error, "refused: \(refusal.message); \(refusal.option) lets it go on")
      }
    case .began(let digest, let changes):
      output.note(.info, "plan \(digest.prefix(12)): \(Columns.count(changes, "change", "changes"))")
    case .ended(let outcome): ended(ReportDocument.OutcomeEntry(outcome))
    case .finished(let report):
      let summary = ReportDocument(report).summary
      output.note(.info, "\(summary.done) done, \(summary.failed) failed, \(summary.blocked) blocked")
    case .changed(let event, let before): changed(event, from: before)
    case .stateFailed(let reason):
      output.note(.error, "the state cannot be written: \(reason); it is tried again, registrations go on")
    case .stateRecovered: output.note(.info, "the state can be written again")
    case .gaveUp: output.note(.warning, "a run made no progress and was given up; the next look plans anew")
    case .filesNotWatched(let reason):
      output.note(.warning, "changes of the files are not seen by themselves (\(reason)); SIGHUP reads them")
    case .controlFailed(let reason):
      output.note(.warning, "no control socket (\(reason)); `status` reads the state alone")
    case .stopping: output.note(.info, "stopping")
    }
  }

  private func ended(_ outcome: ReportDocument.OutcomeEntry) {
    let event = EventDocument.outcome(outcome, at: output.now(), run: output.runID)
    output.event(event)
    output.note(outcome.outcome == .done ? .info : .warning, event.message)
  }

  /// A refresh that went well is no news; losing a binding and getting it back is.
  private func changed(_ event: RegistrationEvent, from before: RegistrationState) {
    output.event(.registration(event, at: output.now(), run: output.runID))
    let reason = [event.code.map(String.init) ?? "", event.reason].filter { !$0.isEmpty }.joined(
      separator: " "
    )
    switch event.state {
    case .failed: output.note(.warning, "\(event.account): failed: \(reason)")
    case .ok where event.failure != nil:
      output.note(.warning, "\(event.account): a refresh failed (\(reason)); the binding is still valid")
    case .ok where before == .failed: output.note(.info, "\(event.account): registered again")
    case .none, .progress, .ok, .refreshing, .cleared:
      output.note(.debug, "\(event.account): \(event.state.rawValue) \(reason)")
    }
  }
}
