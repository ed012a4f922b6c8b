import Agent
import Reconcile
import StateStore

/// The last runs as JSON, `sipreconcile.history/1`.
struct HistoryDocument: Encodable, Sendable, Equatable {
  static let formatName = "sipreconcile.history/1"

  struct RunEntry: Encodable, Sendable, Equatable {
    /// Counts up.
    var run: Int64
    var startedAt: String
    /// Nil while it runs, and of a run that was killed.
    var endedAt: String?
    var digest: String
    var source: String?
    var commit: String?
    var summary: ReportDocument.Summary
    var changes: [ChangeEntry]
  }

  struct ChangeEntry: Encodable, Sendable, Equatable {
    var account: String
    var action: Change.Action
    var outcome: Outcome.Kind
    /// Nil for what was written before causes were kept.
    var cause: PlanDocument.CauseEntry?
    var code: UInt16?
    var reason: String
  }

  var format = formatName
  var owner: String
  /// Newest first.
  var runs: [RunEntry]

  init(owner: String, _ records: [RunRecord]) {
    self.owner = owner
    runs = records.map(RunEntry.init)
  }
}

extension HistoryDocument.RunEntry {
  init(_ record: RunRecord) {
    run = record.id ?? 0
    startedAt = record.startedAt.description
    endedAt = record.endedAt?.description
    digest = record.digest
    source = record.source
    commit = record.commit
    summary = ReportDocument.Summary(
      done: record.done,
      failed: record.failed,
      blocked: record.blocked,
      notStarted: record.notStarted
    )
    changes = record.changes.map { change in
      HistoryDocument.ChangeEntry(
        account: change.account.name,
        action: change.action,
        outcome: change.outcome,
        cause: change.cause.map { PlanDocument.CauseEntry(kind: $0, at: change.place) },
        code: change.code,
        reason: change.reason
      )
    }
  }
}
