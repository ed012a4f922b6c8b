package import Reconcile

/// What came of an apply as JSON, `sipreconcile.report/1`.
package struct ReportDocument: Codable, Sendable, Equatable {
  package static let formatName = "sipreconcile.report/1"

  package var format = formatName
  /// The digest of the plan that was carried out.
  package var digest: String
  package var outcomes: [OutcomeEntry]
  package var summary: Summary

  package struct OutcomeEntry: Codable, Sendable, Equatable {
    package var account: String
    package var action: Change.Action
    package var outcome: Outcome.Kind
    /// The SIP status code of the last final answer.
    package var code: UInt16?
    package var reason: String
    /// The first is the root cause.
    package var blockedBy: [String]
    package var remedy: String?
    /// Of a binding that could not be removed: when it ends by itself.
    package var lapsesAt: String?
    /// Seconds.
    package var duration: Double
  }

  package struct Summary: Codable, Sendable, Equatable {
    package var done = 0
    package var failed = 0
    package var blocked = 0
    package var notStarted = 0

    package init(done: Int = 0, failed: Int = 0, blocked: Int = 0, notStarted: Int = 0) {
      self.done = done
      self.failed = failed
      self.blocked = blocked
      self.notStarted = notStarted
    }

    /// True if every change was done.
    package var isComplete: Bool { failed + blocked + notStarted == 0 }
  }

  package init(_ report: Report) {
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
  package init(_ outcome: Outcome) {
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
