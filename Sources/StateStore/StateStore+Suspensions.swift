import GRDB
public import Reconcile
import SIP

extension StateStore {
  /// What a person wants left alone, by the account's name; those that are over by themselves too.
  public func suspensions() throws(StateError) -> [Suspension] {
    try connection.read { database in
      let version = try Int.fetchOne(database, sql: "PRAGMA user_version") ?? 0
      guard version >= Schema.suspensionsVersion else { return [] }
      let rows = try Row.fetchAll(database, sql: "SELECT * FROM suspension ORDER BY account")
      return rows.map { row in
        let until: Int64? = row["until"]
        return Suspension(
          account: AccountID(row["account"]),
          since: Timestamp(milliseconds: row["since"]),
          until: until.map { Timestamp(milliseconds: $0) },
          reason: row["reason"]
        )
      }
    } ?? []
  }

  /// Notes suspensions, each in the place of an earlier one of its account, and drops those of other accounts.
  public func keep(
    _ suspensions: [Suspension],
    ending ended: [AccountID] = []
  ) throws(StateError) {
    try connection.write { database in
      for id in ended {
        try database.execute(sql: "DELETE FROM suspension WHERE account = ?", arguments: [id.name])
      }
      for suspension in suspensions {
        try database.execute(
          sql: "INSERT OR REPLACE INTO suspension VALUES (?, ?, ?, ?)",
          arguments: [
            suspension.account.name, suspension.since.milliseconds, suspension.until?.milliseconds,
            suspension.reason,
          ]
        )
      }
    }
  }
}
