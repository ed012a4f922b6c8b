import GRDB
import Reconcile

extension StateStore {
  /// Inserts a run, or replaces the one with its id; returns it with its id.
  ///
  /// The newest 1,000 are kept.
  @discardableResult
  public func record(_ run: RunRecord) throws(StateError) -> RunRecord {
    try connection.write { database in
      try database.execute(
        sql: """
          INSERT OR REPLACE INTO run (id, started_at, ended_at, digest, source, done, failed, blocked, not_started)
          VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
          """,
        arguments: [
          run.id, run.startedAt.milliseconds, run.endedAt?.milliseconds, run.digest, run.source, run.done,
          run.failed, run.blocked, run.notStarted,
        ]
      )
      var recorded = run
      recorded.id = run.id ?? database.lastInsertedRowID
      try database.execute(sql: "DELETE FROM run WHERE id <= ?", arguments: [(recorded.id ?? 0) - 1000])
      return recorded
    }
  }

  /// The last runs, newest first.
  public func runs(limit: Int = 20) throws(StateError) -> [RunRecord] {
    try connection.read { database in
      try Row.fetchAll(database, sql: "SELECT * FROM run ORDER BY id DESC LIMIT ?", arguments: [limit])
        .map(RunRecord.init(row:))
    } ?? []
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
    endedAt = (row["ended_at"] as Int64?).map(Timestamp.init(milliseconds:))
    done = row["done"]
    failed = row["failed"]
    blocked = row["blocked"]
    notStarted = row["not_started"]
  }
}
