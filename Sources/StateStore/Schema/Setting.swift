import GRDB

/// A named value that belongs to the state as a whole.
enum Setting: String {
  case owner
  /// The random key of the secret fingerprints: 32 bytes.
  case fingerprintKey
  /// The address that the agent was bound to, so that it binds the same port again.
  case boundAddress

  func read<Value: DatabaseValueConvertible>(_ database: Database, as type: Value.Type) throws -> Value? {
    try Value.fetchOne(database, sql: "SELECT value FROM setting WHERE name = ?", arguments: [rawValue])
  }

  func write(_ database: Database, _ value: some DatabaseValueConvertible) throws {
    try database.execute(
      sql: "INSERT OR REPLACE INTO setting (name, value) VALUES (?, ?)",
      arguments: [rawValue, value]
    )
  }
}
