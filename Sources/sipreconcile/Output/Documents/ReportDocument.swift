import Reconcile

/// What came of an apply as JSON, `sipreconcile.report/1`.
struct ReportDocument: Encodable, Sendable, Equatable {
  static let formatName = "sipreconcile.report/1"

  var format = formatName
  /// The digest of the plan that was carried out.
  var digest: String
  var outcomes: [OutcomeEntry]
  var summary: Summary

  struct OutcomeEntry: Encodable, Sendable, Equatable {
    var account: String
    var action: Change.Action
    var outcome: Outcome.Kind
    /// The SIP status code of the last final answer.
    var code: UInt16?
    var reason: String
    /// The first is the root cause.
    var blockedBy: [String]
    var remedy: String?
    /// Of a binding that could not be removed: when it ends by itself.
    var lapsesAt: String?
    /// Seconds.
    var duration: Double
  }

  struct Summary: Encodable, Sendable, Equatable {
    var done = 0
    var failed = 0
    var blocked = 0
    var notStarted = 0
  }

  init(_ report: Report) {
    digest = report.planDigest
    outcomes = report.outcomes.map(OutcomeEntry.init)
    summary = Summary(
      done: report.outcomes.count { $0.kind == .done },
      failed: report.outcomes.count { $0.kind == .failed },
      blocked: report.outcomes.count { $0.kind == .blocked },
      notStarted: report.outcomes.count { $0.kind == .notStarted }
    )
  }
}

extension ReportDocument.OutcomeEntry {
  init(_ outcome: Outcome) {
    account = outcome.account.name
    action = outcome.action
    self.outcome = outcome.kind
    code = outcome.code
    reason = outcome.reason
    blockedBy = outcome.blockedBy.map(\.name)
    remedy = outcome.remedy
    lapsesAt = outcome.lapsesAt?.description
    let (seconds, attoseconds) = outcome.duration.components
    duration = Double(seconds * 1000 + attoseconds / 1_000_000_000_000_000) / 1000
  }
}
