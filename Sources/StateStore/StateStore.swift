import Crypto
import Foundation
import GRDB
import SIP
import Synchronization

/// What one owner has registered, kept in one SQLite file so that it survives restarts and crashes.
///
/// The file is untrusted input: what cannot be read is an error, never an empty state. A file that is
/// missing is an empty state. Safe to use from several tasks; several processes may read while one, the
/// holder of the lease, writes.
public final class StateStore: Sendable {
  public enum Access: Sendable, Hashable {
    /// Creates the file where it is missing.
    case readWrite
    /// Creates and changes nothing, the folder included.
    case readOnly
  }

  public let path: String
  public let owner: String
  let access: Access
  let connection: Connection
  /// What begins each secret fingerprint, under this state's key; nil where there is no file yet.
  let fingerprintCode: HMAC<SHA256>?
  /// What is to be written with the next rows.
  let learnt = Mutex<[ServerChallenge]>([])

  private init(path: String, owner: String, access: Access, connection: Connection, key: Data?) {
    self.path = path
    self.owner = owner
    self.access = access
    self.connection = connection
    fingerprintCode = key.map { HMAC(key: SymmetricKey(data: $0)) }
  }

  /// Opens the state of an owner, and creates or migrates it where it may be written.
  ///
  /// - Parameter takeover: The owner whose registrations are to be taken over; the file then becomes
  ///   `owner`'s, at once where it is opened for writing.
  public static func open(
    at path: String,
    owner: String,
    access: Access,
    takeover: String? = nil
  ) throws(StateError) -> StateStore {
    let connection = try Connection(path: path, access: access)
    let identity: Identity?
    switch access {
    case .readWrite:
      identity = try connection.prepare { database in
        try Identity.establish(in: database, at: path, owner: owner, takeover: takeover)
      }
    case .readOnly:
      identity =
        try connection.read { database in
          try Identity.check(in: database, at: path, owner: owner, takeover: takeover)
        } ?? nil
    }
    return StateStore(path: path, owner: owner, access: access, connection: connection, key: identity?.key)
  }
}

/// Whose state a file is.
private struct Identity {
  var key: Data

  static func establish(
    in database: Database,
    at path: String,
    owner: String,
    takeover: String?
  ) throws -> Identity {
    switch try Schema.kind(database) {
    case .foreign: throw StateError.foreign(path: path)
    case .fresh: try create(in: database, owner: owner)
    case .ours(let version) where version < Schema.version: try Schema.migrate(database, from: version)
    case .ours: break
    }
    guard let identity = try check(in: database, at: path, owner: owner, takeover: takeover) else {
      throw StateError.damaged(path: path, detail: "no tables")
    }
    if let takeover, takeover != owner { try Setting.owner.write(database, owner) }
    return identity
  }

  /// Nil for an empty file.
  static func check(
    in database: Database,
    at path: String,
    owner: String,
    takeover: String?
  ) throws -> Identity? {
    switch try Schema.kind(database) {
    case .fresh: return nil
    case .foreign: throw StateError.foreign(path: path)
    case .ours(let version) where version > Schema.version:
      throw StateError.newer(path: path, found: version, known: Schema.version)
    case .ours: break
    }
    guard let found = try Setting.owner.read(database, as: String.self),
      let key = try Setting.fingerprintKey.read(database, as: Data.self), key.count == 32
    else { throw StateError.damaged(path: path, detail: "no owner or no key in it") }
    guard found == owner || found == takeover else {
      throw StateError.otherOwner(path: path, found: found, expected: owner)
    }
    return Identity(key: key)
  }

  private static func create(in database: Database, owner: String) throws {
    try Schema.migrate(database, from: 0)
    let key = SymmetricKey(size: .bits256).withUnsafeBytes { Data($0) }
    try Setting.owner.write(database, owner)
    try Setting.fingerprintKey.write(database, key)
  }
}
