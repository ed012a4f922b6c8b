import GRDB
import GRDBSQLite
import Reconcile

/// A prepared statement whose values are bound and read without boxing, for loops over many rows.
struct RawStatement {
  private let statement: Statement
  private var handle: SQLiteStatement { statement.sqliteStatement }

  init(_ database: Database, _ sql: String) throws {
    statement = try database.cachedStatement(sql: sql)
    // Whoever had it before may have left it stepped, after an error for one, and then no value is taken.
    reset()
  }

  /// True where there is a row to read.
  func step() throws -> Bool {
    switch sqlite3_step(handle) {
    case SQLITE_ROW: return true
    case SQLITE_DONE: return false
    case let code:
      let message = String(cString: sqlite3_errmsg(sqlite3_db_handle(handle)))
      throw DatabaseError(resultCode: ResultCode(rawValue: code), message: message)
    }
  }

  /// The number of the row that the last step inserted; nil where it inserted none.
  var insertedRow: Int64? {
    let database = sqlite3_db_handle(handle)
    return sqlite3_changes(database) > 0 ? sqlite3_last_insert_rowid(database) : nil
  }

  /// Ready for the next values; what step reported was seen there.
  func reset() { sqlite3_reset(handle) }

  func bind(_ text: String?, at index: CInt) {
    guard var text else {
      sqlite3_bind_null(handle, index)
      return
    }
    _ = text.withUTF8 { utf8 in
      utf8.withMemoryRebound(to: CChar.self) { characters in
        sqlite3_bind_text(handle, index, characters.baseAddress, CInt(characters.count), RawStatement.copied)
      }
    }
  }

  func bind(_ number: Int64?, at index: CInt) {
    if let number { sqlite3_bind_int64(handle, index, number) } else { sqlite3_bind_null(handle, index) }
  }

  func bind(text bytes: [UInt8], at index: CInt) {
    _ = bytes.withUnsafeBytes { buffer in
      sqlite3_bind_text(
        handle,
        index,
        buffer.baseAddress?.assumingMemoryBound(to: CChar.self),
        CInt(buffer.count),
        RawStatement.copied
      )
    }
  }

  func isNull(_ column: CInt) -> Bool { sqlite3_column_type(handle, column) == SQLITE_NULL }

  func int64(_ column: CInt) -> Int64 { sqlite3_column_int64(handle, column) }

  /// The bytes of a text or a blob, good until the next step.
  func bytes(_ column: CInt) -> UnsafeBufferPointer<UInt8> {
    let start = sqlite3_column_blob(handle, column)
    let count = Int(sqlite3_column_bytes(handle, column))
    return UnsafeBufferPointer(
      start: start?.assumingMemoryBound(to: UInt8.self),
      count: start == nil ? 0 : count
    )
  }

  /// A blob of 16 bytes; nil for any other.
  func fingerprint(_ column: CInt) -> AccountFingerprint? {
    let bytes = UnsafeRawBufferPointer(bytes(column))
    guard bytes.count == 16 else { return nil }
    return AccountFingerprint(
      high: UInt64(bigEndian: bytes.loadUnaligned(as: UInt64.self)),
      low: UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
    )
  }

  func bind(_ fingerprint: AccountFingerprint, at index: CInt) {
    _ = withUnsafeBytes(of: (fingerprint.high.bigEndian, fingerprint.low.bigEndian)) { bytes in
      sqlite3_bind_blob(handle, index, bytes.baseAddress, CInt(bytes.count), RawStatement.copied)
    }
  }

  /// SQLite's `SQLITE_TRANSIENT`: it makes a copy of what is bound.
  private static var copied: sqlite3_destructor_type { unsafeBitCast(-1, to: sqlite3_destructor_type.self) }
}
