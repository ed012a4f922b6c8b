import GRDB
public import Reconcile

extension StateStore {
  /// Inserts a run, or replaces the one with its id; returns it with its id.
  ///
  /// The newest 1,000 are kept.
  @discardableResult
  public func record(_ run: RunRecord) throws(StateError) -> RunRecord {
    try connection.write { database in
      try database.execute(
        sql: """
          INSERT OR REPLACE INTO run
            (id, started_at, ended_at, digest, source, commit_id, done, failed, blocked, not_started)
          VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
          """,
        arguments: [
          run.id, run.startedAt.milliseconds, run.endedAt?.milliseconds, run.digest, run.source, run.commit,
          run.done, run.failed, run.blocked, run.notStarted,
        ]
      )
      var recorded = run
      recorded.id = run.id ?? database.lastInsertedRowID
      try StateStore.write(run.changes, of: recorded.id, database)
      let last = (recorded.id ?? 0) - 1000
      try database.execute(sql: "DELETE FROM run_change WHERE run <= ?", arguments: [last])
      try database.execute(sql: "DELETE FROM run WHERE id <= ?", arguments: [last])
      return recorded
    }
  }

  /// The last runs, newest first; with accounts, only those that did something about one of them, and of
  /// their changes only those.
  public func runs(limit: Int = 20, of accounts: [AccountID] = []) throws(StateError) -> [RunRecord] {
    try connection.read { database in
      // A state of an older version that is only read has no changes.
      let hasChanges = try database.tableExists("run_change")
      guard hasChanges || accounts.isEmpty else { return [] }
      let marks = accounts.map { _ in "?" }.joined(separator: ",")
      let names = StatementArguments(accounts.map(\.name))
      let condition =
        accounts.isEmpty ? "" : "WHERE id IN (SELECT run FROM run_change WHERE account IN (\(marks)))"
      var runs = try Row.fetchAll(
        database,
        sql: "SELECT * FROM run \(condition) ORDER BY id DESC LIMIT ?",
        arguments: names + [limit]
      ).map(RunRecord.init(row:))
      guard hasChanges else { return runs }
      let filter = accounts.isEmpty ? "" : "AND account IN (\(marks))"
      for index in runs.indices {
        runs[index].changes = try Row.fetchAll(
          database,
          sql: "SELECT * FROM run_change WHERE run = ? \(filter) ORDER BY position",
          arguments: [runs[index].id] + names
        ).compactMap(RunChange.init(row:))
      }
      return runs
    } ?? []
  }

  /// Writes the changes of a run anew.
  private static func write(_ changes: [RunChange], of run: Int64?, _ database: Database) throws {
    try database.execute(sql: "DELETE FROM run_change WHERE run = ?", arguments: [run])
    let insert = try database.cachedStatement(
      sql: """
        INSERT INTO run_change (run, position, account, action, outcome, cause, place, code, reason)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
        """
    )
    for (position, change) in changes.enumerated() {
      try insert.execute(arguments: [
        run, position, change.account.name, change.action.rawValue, change.outcome.rawValue,
        change.cause?.rawValue, change.place, change.code.map { Int($0) }, change.reason,
      ])
    }
  }
}

extension RunChange {
  /// Nil for words that a newer version wrote.
  fileprivate init?(row: Row) {
    guard let action = Change.Action(rawValue: row["action"] as String),
      let outcome = Outcome.Kind(rawValue: row["outcome"] as String)
    else { return nil }
    self.init(
      account: AccountID(row["account"] as String),
      action: action,
      outcome: outcome,
      reason: row["reason"]
    )
    cause = (row["cause"] as String?).flatMap(Cause.Kind.init(rawValue:))
    place = row["place"]
    code = (row["code"] as Int?).flatMap { UInt16(exactly: $0) }
  }
}

extension RunRecord {
  fileprivate init(row: Row) {
    self.init(
      startedAt: Timestamp(milliseconds: row["started_at"]),
      digest: row["digest"],
      source: row["source"]
    )
    id = row["id"]
    // A state of an older version that is only read has no such column.
    commit = row.hasColumn("commit_id") ? row["commit_id"] : nil
    endedAt = (row["ended_at"] as Int64?).map(Timestamp.init(milliseconds:))
    done = row["done"]
    failed = row["failed"]
    blocked = row["blocked"]
    notStarted = row["not_started"]
  }
}
