import GRDB

extension StateError {
  /// What a failure of the database means for the person who reads it.
  init(_ error: any Error, path: String) {
    switch error {
    case let error as StateError: self = error
    case let error as DatabaseError: self.init(error, path: path)
    case let error as MalformedAccount: self = .damaged(path: path, detail: error.reason)
    default: self = .inaccessible(path: path, reason: "\(error)")
    }
  }

  private init(_ error: DatabaseError, path: String) {
    let words = error.message ?? "\(error.resultCode)"
    switch error.resultCode {
    case .SQLITE_NOTADB, .SQLITE_CORRUPT, .SQLITE_TOOBIG, .SQLITE_MISMATCH, .SQLITE_ERROR, .SQLITE_CONSTRAINT:
      self = .damaged(path: path, detail: words)
    case .SQLITE_FULL: self = .diskFull(path: path)
    case .SQLITE_READONLY, .SQLITE_PERM: self = .notWritable(path: path, reason: words)
    case .SQLITE_BUSY, .SQLITE_LOCKED: self = .busy(path: path)
    default: self = .inaccessible(path: path, reason: words)
    }
  }
}
