import GRDB
import GRDBSQLite

/// The database behind a state: held open for writing, or opened anew for each look.
struct Connection: Sendable {
  let path: String
  private let queue: DatabaseQueue?

  /// How many times a look is repeated that met the first write of another process.
  private static let attempts = 5

  init(path: String, access: StateStore.Access) throws(StateError) {
    self.path = path
    switch access {
    case .readOnly: queue = nil
    case .readWrite:
      _ = try StateFile(path: path).prepareForWriting()
      do {
        queue = try DatabaseQueue(path: path, configuration: Connection.configuration())
      } catch {
        throw StateError(error, path: path)
      }
    }
  }

  /// Looks into the database; nil where there is no file, or an empty one.
  func read<Value>(_ body: (Database) throws -> Value) throws(StateError) -> Value? {
    do {
      guard let queue else { return try readOnce(body) }
      return try queue.read(body)
    } catch {
      throw StateError(error, path: path)
    }
  }

  /// Changes the database in one transaction that is on the disk when this returns.
  func write<Value>(_ body: (Database) throws -> Value) throws(StateError) -> Value {
    do {
      return try writable().write(body)
    } catch {
      throw StateError(error, path: path)
    }
  }

  /// As `write`, for a caller that must not block. A cancelled task writes like any other: what was sent must
  /// be known to the next process.
  func write(_ body: @escaping @Sendable (Database) throws -> Void) async throws(StateError) {
    let queue = try writable()
    let result = await withCheckedContinuation { continuation in
      queue.asyncWriteWithoutTransaction { database in
        let result = Result {
          try database.inTransaction {
            try body(database)
            return .commit
          }
        }
        continuation.resume(returning: result)
      }
    }
    do { try result.get() } catch { throw StateError(error, path: path) }
  }

  /// The first transaction. What the body refuses is left as it was found, its journal mode too.
  func prepare<Value>(_ body: (Database) throws -> Value) throws(StateError) -> Value {
    do {
      let value = try writable().write(body)
      // A write is in the log, and synchronous=FULL syncs the log with each transaction.
      try execute("PRAGMA journal_mode = WAL")
      return value
    } catch {
      throw StateError(error, path: path)
    }
  }

  /// Runs one statement outside of a transaction.
  func execute(_ sql: String) throws(StateError) {
    do {
      try writable().writeWithoutTransaction { database in try database.execute(sql: sql) }
    } catch {
      throw StateError(error, path: path)
    }
  }

  /// Gives up the pages that are kept for the next reading.
  func releaseMemory() { queue?.releaseMemory() }

  private func writable() throws(StateError) -> DatabaseQueue {
    guard let queue else { throw .notWritable(path: path, reason: "opened for reading") }
    return queue
  }

  /// Without a log nobody has the file open, and SQLite is told that it does not change: else it would put
  /// files of its own beside it. Should a writer turn up in between, the look is repeated.
  private func readOnce<Value>(_ body: (Database) throws -> Value) throws -> Value? {
    let file = StateFile(path: path)
    for _ in 0..<Connection.attempts {
      guard try file.presence() == .filled else { return nil }
      let isUnused = !file.hasLog()
      let result = Result { try open(isUnused: isUnused).read(body) }
      if isUnused == !file.hasLog() { return try result.get() }
    }
    throw StateError.busy(path: path)
  }

  private func open(isUnused: Bool) throws -> DatabaseQueue {
    let configuration = Connection.configuration(readOnly: true)
    guard isUnused else { return try DatabaseQueue(path: path, configuration: configuration) }
    return try DatabaseQueue(
      path: "file:\(Connection.escaped(path))?immutable=1",
      configuration: configuration
    )
  }

  private static func configuration(readOnly: Bool = false) -> Configuration {
    var configuration = Configuration()
    configuration.readonly = readOnly
    configuration.label = "sipreconcile.state"
    configuration.busyMode = .timeout(5)
    configuration.prepareDatabase { database in
      try database.execute(
        sql: """
          PRAGMA synchronous = FULL;
          PRAGMA trusted_schema = OFF;
          PRAGMA cell_size_check = ON;
          PRAGMA cache_size = -16384;
          PRAGMA wal_autocheckpoint = 4000;
          PRAGMA journal_size_limit = 4194304;
          """
      )
      // No value of ours comes near; a damaged length must not make us allocate.
      sqlite3_limit(database.sqliteConnection, SQLITE_LIMIT_LENGTH, 4 << 20)
    }
    return configuration
  }

  /// The path within a `file:` URI.
  private static func escaped(_ path: String) -> String {
    var text = ""
    for character in path {
      switch character {
      case "%": text += "%25"
      case "?": text += "%3f"
      case "#": text += "%23"
      default: text.append(character)
      }
    }
    return text
  }
}
