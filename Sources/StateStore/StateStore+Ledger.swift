public import Reconcile

extension StateStore: RegistrationLedger {
  public func write(_ entries: [LedgerEntry]) async throws(LedgerError) {
    do {
      try await connection.write { database in
        var writer = try RowWriter(database)
        for entry in entries { try writer.write(entry) }
        try self.keepLearnt(in: database)
      }
    } catch {
      throw LedgerError(error.description)
    }
  }

  /// All rows, in the order in which they were first written.
  ///
  /// - Parameter desired: Where a row was made of an account that is declared unchanged, the declared value
  ///   is used, and the stored text is not read.
  public func owned(matching desired: DesiredState?) throws(StateError) -> [OwnedRegistration] {
    try connection.read { database in
      var reader = try RowReader(database, matching: desired)
      return try reader.readAll()
    } ?? []
  }

  /// Deletes rows without any traffic; unknown ones are fine.
  public func remove(callIDs: some Sequence<String>) throws(StateError) {
    try connection.write { database in
      var writer = try RowWriter(database)
      for callID in callIDs { try writer.write(.drop(callID: callID)) }
    }
  }

  /// Marks registrations as to be unregistered, whatever they were; unknown ones are left alone.
  public func tombstone(callIDs: some Sequence<String>, at now: Timestamp) throws(StateError) {
    try connection.write { database in
      let row = try RawStatement(
        database,
        "UPDATE registration SET phase = ?, updated_at = ? WHERE call_id = ?"
      )
      for callID in callIDs {
        row.bind(OwnedRegistration.Phase.tombstone.rawValue, at: 1)
        row.bind(now.milliseconds, at: 2)
        row.bind(callID, at: 3)
        _ = try row.step()
        row.reset()
      }
    }
  }

  /// The address that the agent was bound to before, `host:port`.
  public func boundAddress() throws(StateError) -> String? {
    try connection.read { database in try Setting.boundAddress.read(database, as: String.self) } ?? nil
  }

  /// Keeps the address that the agent is bound to.
  public func setBoundAddress(_ address: String) throws(StateError) {
    try connection.write { database in try Setting.boundAddress.write(database, address) }
  }
}
