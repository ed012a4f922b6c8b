import Agent
import Reconcile
import SIP

extension EventDocument {
  static func diagnostic(_ diagnostic: Diagnostic, at time: Timestamp, run: String) -> EventDocument {
    var event = EventDocument(.diagnostic, at: time, run: run, message: diagnostic.message)
    event.severity = diagnostic.severity.rawValue
    event.rule = diagnostic.rule
    event.file = diagnostic.at?.file
    event.line = diagnostic.at?.line
    event.column = diagnostic.at?.column
    return event
  }

  /// The plan, then each of its changes and refusals.
  static func events(of plan: PlanDocument, at time: Timestamp, run: String) -> [EventDocument] {
    var made = EventDocument(
      .plan,
      at: time,
      run: run,
      message: Columns.count(plan.changes.count, "change", "changes")
    )
    made.digest = plan.digest
    made.plan = plan.summary
    let changes = plan.changes.map { change in
      var event = EventDocument(
        .change,
        at: time,
        run: run,
        account: change.account,
        message: "\(change.action.rawValue) \(change.account)"
      )
      event.action = change.action
      event.change = change
      return event
    }
    let refusals = plan.refusals.map { refusal($0, at: time, run: run) }
    return [made] + changes + refusals
  }

  static func refusal(
    _ refusal: PlanDocument.RefusalEntry,
    at time: Timestamp,
    run: String
  ) -> EventDocument {
    var event = EventDocument(.refusal, at: time, run: run, message: refusal.message)
    event.rule = refusal.rule
    event.option = refusal.option
    return event
  }

  static func notice(
    _ severity: Diagnostic.Severity,
    _ message: String,
    at time: Timestamp,
    run: String
  ) -> EventDocument {
    var event = EventDocument(.notice, at: time, run: run, message: message)
    event.severity = severity.rawValue
    return event
  }

  static func registration(_ change: RegistrationEvent, at time: Timestamp, run: String) -> EventDocument {
    let words = [change.code.map(String.init), change.reason].compactMap { $0 }.filter { !$0.isEmpty }
    var event = EventDocument(
      .registration,
      at: time,
      run: run,
      account: change.account.name,
      message: ([change.state.rawValue] + words).joined(separator: " ")
    )
    event.state = change.state
    event.code = change.code
    event.reason = change.reason
    event.contact = change.contact.map(PushToken.removed)
    event.expiresIn = change.expiresIn.map { Int($0.components.seconds) }
    event.nextIn = change.nextIn.map { Int($0.components.seconds) }
    return event
  }

  static func outcome(
    _ outcome: ReportDocument.OutcomeEntry,
    at time: Timestamp,
    run: String
  ) -> EventDocument {
    let words = "\(outcome.action.rawValue) \(outcome.account): \(outcome.outcome.rawValue)"
    let reason = OutcomeText.reason(outcome)
    var event = EventDocument(
      .outcome,
      at: time,
      run: run,
      account: outcome.account,
      message: reason.isEmpty ? words : "\(words): \(reason)"
    )
    event.action = outcome.action
    event.outcome = outcome.outcome
    event.code = outcome.code
    event.reason = outcome.reason
    event.blockedBy = outcome.blockedBy.isEmpty ? nil : outcome.blockedBy
    event.remedy = outcome.remedy
    event.lapsesAt = outcome.lapsesAt
    event.duration = outcome.duration
    return event
  }

  static func check(_ finding: Finding, at time: Timestamp, run: String) -> EventDocument {
    var event = EventDocument(.check, at: time, run: run, account: finding.account, message: finding.message)
    event.check = finding.check
    event.verdict = finding.verdict
    event.server = finding.server
    event.remedy = finding.remedy
    return event
  }

  static func alert(_ alert: AgentAlert, at time: Timestamp, run: String) -> EventDocument {
    let kind: Kind =
      switch alert.type {
      case .stalled: .stalled
      case .recovered: .recovered
      case .drift: .drift
      case .invalid: .invalid
      }
    var event = EventDocument(kind, at: time, run: run, account: alert.account, message: alert.message)
    event.owner = alert.owner
    event.code = alert.code
    return event
  }

  static func runSummary(
    _ status: ExitStatus,
    summary: ReportDocument.Summary?,
    at time: Timestamp,
    run: String
  ) -> EventDocument {
    var event = EventDocument(.runSummary, at: time, run: run, message: status.meaning)
    event.exit = status.rawValue
    event.summary = summary
    return event
  }
}
