package import Reconcile

/// One part of an agent's answer to a request: a line of JSON with one member.
///
/// A run tells its plan, then each outcome, then its report; a problem ends it.
package struct AgentAnswer: Sendable, Equatable, Codable {
  package var plan: PlanDocument?
  package var outcome: ReportDocument.OutcomeEntry?
  package var report: ReportDocument?
  package var suspended: [SuspendedAccount]?
  package var resumed: [String]?
  package var problem: AgentProblem?

  private init() {}

  static func plan(_ document: PlanDocument) -> AgentAnswer {
    var answer = AgentAnswer()
    answer.plan = document
    return answer
  }

  static func outcome(_ outcome: Outcome) -> AgentAnswer {
    var answer = AgentAnswer()
    answer.outcome = ReportDocument.OutcomeEntry(outcome)
    return answer
  }

  static func report(_ report: Report) -> AgentAnswer {
    var answer = AgentAnswer()
    answer.report = ReportDocument(report)
    return answer
  }

  static func suspended(_ suspensions: [Suspension]) -> AgentAnswer {
    var answer = AgentAnswer()
    answer.suspended = suspensions.map(SuspendedAccount.init)
    return answer
  }

  static func resumed(_ accounts: [AccountID]) -> AgentAnswer {
    var answer = AgentAnswer()
    answer.resumed = accounts.map(\.name)
    return answer
  }

  static func problem(_ kind: AgentProblem.Kind, _ message: String) -> AgentAnswer {
    var answer = AgentAnswer()
    answer.problem = AgentProblem(kind: kind, message: message)
    return answer
  }

  /// True for the part that nothing follows.
  package var isLast: Bool { report != nil || suspended != nil || resumed != nil || problem != nil }
}

/// A suspension, as it is told.
package struct SuspendedAccount: Sendable, Hashable, Codable {
  package var account: String
  /// RFC 3339, in UTC; nil: until it is resumed.
  package var until: String?
  package var reason: String

  package init(_ suspension: Suspension) {
    account = suspension.account.name
    until = suspension.until?.description
    reason = suspension.reason
  }
}
