import GRDB
public import Reconcile

extension StateStore {
  /// Brings rows up to date with what an engine told, in one transaction.
  ///
  /// The row is that of the event's Call-ID. Where the engine used its numbers up and went on under a new
  /// Call-ID, the account's row is written anew under it. Tombstones, and accounts without a row, are left
  /// alone. Reserved numbers stay ahead of those used by half a block at least.
  package func record(
    _ events: [RegistrationEvent],
    at now: Timestamp,
    reserving block: UInt32
  ) throws(StateError) {
    try connection.write { database in
      var writer = try RowWriter(database)
      for event in events {
        guard var row = try RowReader.row(database, of: event), row.phase != .tombstone else { continue }
        let isSame = row.callID == event.callID || event.callID.isEmpty
        if !isSame {
          try writer.write(.drop(callID: row.callID))
          row.callID = event.callID
          row.cseqReserved = 0
        }
        row.apply(event, at: now)
        if event.cseq.addingReportingOverflow(block / 2).partialValue > row.cseqReserved {
          row.cseqReserved = event.cseq.addingReportingOverflow(block).partialValue
        }
        try writer.write(isSame ? .update(RegistrationProgress(row)) : .save(row))
      }
      try keepLearnt(in: database)
    }
  }

  /// Moves the expiry and refresh times of all rows along with a wall clock that was set.
  package func shiftTimes(by shift: Duration) throws(StateError) {
    let (seconds, attoseconds) = shift.components
    let milliseconds = seconds * 1000 + attoseconds / 1_000_000_000_000_000
    try connection.write { database in
      let rows = try RawStatement(
        database,
        "UPDATE registration SET expires_at = expires_at + ?1, refresh_at = refresh_at + ?1"
      )
      rows.bind(milliseconds, at: 1)
      _ = try rows.step()
      try database.execute(sql: "UPDATE suspension SET until = until + ?", arguments: [milliseconds])
    }
  }

  /// Gives up what is kept in memory to read and write faster.
  package func releaseMemory() { connection.releaseMemory() }

  /// All rows of one account, in the order in which they were first written.
  public func owned(by account: AccountID) throws(StateError) -> [OwnedRegistration] {
    try connection.read { database in
      var reader = try RowReader(database, where: "account = ?", account.name)
      return try reader.readAll()
    } ?? []
  }
}
