import Agent
import Reconcile
import SIP

/// Shows what a watch does: a line each for people, with the time; events in NDJSON and JSON.
struct WatchNotices: AgentObserver {
  private let output: RunOutput

  init(_ run: CommandRun) { output = run.output }

  func note(_ notice: AgentNotice) {
    guard output.format == .ndjson else { return write(notice) }
    for event in events(notice) { output.event(event) }
  }

  // MARK: For people

  private func write(_ notice: AgentNotice) {
    switch notice {
    case .accepted(_, _, let diagnostics):
      output.diagnostics(diagnostics)
      line(.info, Self.text(notice))
    case .rejected(let diagnostics, _):
      output.diagnostics(diagnostics)
      line(.error, Self.text(notice))
    case .unchanged: line(.info, Self.text(notice))
    case .refused(let refusals):
      for refusal in refusals { line(.error, "refused: \(refusal.message)") }
    case .began, .finished, .stopping: line(.info, Self.text(notice))
    case .ended(let outcome):
      let entry = ReportDocument.OutcomeEntry(outcome)
      let level: LogLevel = outcome.kind == .done ? .info : .warning
      line(level, OutcomeText.line(entry, palette: output.errorPalette), isEscaped: true)
    // A line of their own have those of which no other one tells.
    case .alert(let alert): line(alert.type == .recovered ? .info : .debug, Self.text(notice))
    case .changed(let event, _):
      line(event.failure == nil ? .debug : .warning, "\(event.account): \(Self.text(notice))")
    case .sourceRecovered, .stateRecovered, .suspended, .resumed, .observable: line(.info, Self.text(notice))
    case .clockSet, .sourceFailed, .stateFailed, .gaveUp, .filesNotWatched, .controlFailed, .metricsFailed,
      .alertFailed:
      line(.warning, Self.text(notice))
    }
  }

  /// One line with the time; colours stay where the text is escaped already.
  private func line(_ level: LogLevel, _ text: String, isEscaped: Bool = false) {
    guard level >= output.logLevel else { return }
    let time = output.errorPalette.paint(output.now().description, .dim)
    output.console.note("\(time) \(isEscaped ? text : ShownText.escape(text))")
  }

  static func text(_ notice: AgentNotice) -> String {
    switch notice {
    case .accepted(let accounts, let commit, _):
      "files read\(Self.commit(commit)): \(Columns.count(accounts, "account", "accounts"))"
    case .rejected(let diagnostics, let commit):
      Columns.count(diagnostics.count { $0.severity == .error }, "error", "errors")
        + " in the files\(Self.commit(commit)): what was in force before goes on"
    case .unchanged(let commit): "files read\(Self.commit(commit)): unchanged"
    case .sourceFailed(let reason): "nothing newer can be had, and what was had last counts: \(reason)"
    case .sourceRecovered: "the files can be fetched again"
    case .refused(let refusals): refusals.first?.message ?? "refused"
    case .began(let digest, let changes, _):
      "plan \(digest.prefix(12)): \(Columns.count(changes, "change", "changes"))"
    case .ended(let outcome): "\(outcome.account): \(outcome.kind.rawValue)"
    case .finished(let report):
      "plan \(report.planDigest.prefix(12)): "
        + ReportText(ReportDocument(report)).closing
    case .changed(let event, let before):
      ["\(before.rawValue) → \(event.state.rawValue)", event.code.map(String.init), event.reason]
        .compactMap { $0 }.filter { !$0.isEmpty }.joined(separator: " ")
    case .suspended(let suspensions):
      suspensions.map { "\($0.account): \($0.text)" }.joined(separator: ", ")
    case .resumed(let accounts): accounts.map(\.name).joined(separator: ", ") + ": no longer suspended"
    case .stateFailed(let reason): "the state cannot be written: \(reason)"
    case .stateRecovered: "the state is written again"
    case .clockSet(let shift):
      "this machine's clock was set \(shift < .zero ? "back" : "forward") by "
        + "\(DurationText.text(seconds: Int(abs(shift.components.seconds)))): expiry times went along"
    case .gaveUp: "no answer and no progress: this run was given up"
    case .filesNotWatched(let reason): "changes of the files are not seen by themselves: \(reason)"
    case .controlFailed(let reason): "status cannot ask this agent: \(reason)"
    case .observable(let address): "metrics and health are served at http://\(address)"
    case .metricsFailed(let reason): "metrics and health are not served: \(reason)"
    case .alert(let alert): alert.message
    case .alertFailed(let reason): reason
    case .stopping: "stopping"
    }
  }

  private static func commit(_ id: String?) -> String { id.map { " from commit \($0.prefix(12))" } ?? "" }

  // MARK: Events

  private func events(_ notice: AgentNotice) -> [EventDocument] {
    let (time, run) = (output.now(), output.runID)
    let text = Self.text(notice)
    switch notice {
    case .accepted(_, let commit, let diagnostics): return files(diagnostics, commit, text)
    case .rejected(let diagnostics, let commit): return files(diagnostics, commit, text)
    case .unchanged(let commit): return files([], commit, text)
    case .refused(let refusals):
      return refusals.map { .refusal(PlanDocument.RefusalEntry($0), at: time, run: run) }
    case .began(let digest, _, let commit):
      var event = EventDocument(.plan, at: time, run: run, message: text)
      event.digest = digest
      event.commit = commit
      return [event]
    case .ended(let outcome):
      return [.outcome(ReportDocument.OutcomeEntry(outcome), at: time, run: run)]
    case .finished(let report):
      var event = EventDocument(.report, at: time, run: run, message: text)
      event.digest = report.planDigest
      event.summary = ReportDocument(report).summary
      return [event]
    case .alert(let alert): return [.alert(alert, at: time, run: run)]
    case .changed(let change, _): return [.registration(change, at: time, run: run)]
    case .clockSet, .sourceFailed, .stateFailed, .gaveUp, .filesNotWatched, .controlFailed, .metricsFailed,
      .alertFailed:
      return [.notice(.warning, text, at: time, run: run)]
    case .sourceRecovered, .stateRecovered, .suspended, .resumed, .observable, .stopping:
      return [.notice(.note, text, at: time, run: run)]
    }
  }

  private func files(_ diagnostics: [Diagnostic], _ commit: String?, _ text: String) -> [EventDocument] {
    let (time, run) = (output.now(), output.runID)
    var event = EventDocument(.files, at: time, run: run, message: text)
    event.commit = commit
    return diagnostics.map { EventDocument.diagnostic($0, at: time, run: run) } + [event]
  }
}
