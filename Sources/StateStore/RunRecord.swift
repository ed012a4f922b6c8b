public import Reconcile

/// One row of the history: a run that began, and how it ended.
public struct RunRecord: Sendable, Hashable, Identifiable {
  /// Counts up from 1; nil until it is recorded.
  public var id: Int64?
  public var startedAt: Timestamp
  /// Nil while it runs, and of a run that was killed.
  public var endedAt: Timestamp?
  /// The digest of its plan.
  public var digest: String
  /// What the manifests were read from: paths, or a repository with its ref.
  public var source: String?
  /// The commit of them, where they come from a repository.
  public var commit: String?
  public var done: Int
  public var failed: Int
  public var blocked: Int
  public var notStarted: Int
  /// What it did, what did not succeed first; of a large run only the first of them are kept.
  public var changes: [RunChange] = []

  /// How many changes of one run are kept.
  static let keptChanges = 200

  public init(startedAt: Timestamp, digest: String, source: String? = nil) {
    self.startedAt = startedAt
    self.digest = digest
    self.source = source
    done = 0
    failed = 0
    blocked = 0
    notStarted = 0
  }

  /// Takes the counts and the end from a report.
  public mutating func end(with report: Report, at now: Timestamp) {
    endedAt = now
    done = report.outcomes.count { $0.kind == .done }
    failed = report.outcomes.count { $0.kind == .failed }
    blocked = report.outcomes.count { $0.kind == .blocked }
    notStarted = report.outcomes.count { $0.kind == .notStarted }
    let troubled = report.outcomes.lazy.filter { $0.kind != .done }.prefix(RunRecord.keptChanges)
    let rest = RunRecord.keptChanges - troubled.count
    let succeeded = report.outcomes.lazy.filter { $0.kind == .done }.prefix(rest)
    changes = (Array(troubled) + succeeded).map(RunChange.init)
  }
}
