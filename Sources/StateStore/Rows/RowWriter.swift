import GRDB
import Reconcile

/// Carries out ledger entries within the transaction of the caller.
struct RowWriter {
  private let inserting: RawStatement
  private let insertingAccount: RawStatement
  private let replacing: RawStatement
  private let replacingAccount: RawStatement
  private let updating: RawStatement
  private let expecting: RawStatement
  private let dropping: RawStatement
  private var json = JSONWriter()

  init(_ database: Database) throws {
    inserting = try RawStatement(database, RowWriter.inserting)
    insertingAccount = try RawStatement(
      database,
      "INSERT INTO account (registration, json) VALUES (?, ?)"
    )
    replacing = try RawStatement(database, RowWriter.replacing)
    replacingAccount = try RawStatement(
      database,
      "INSERT OR REPLACE INTO account (registration, json) VALUES (?, ?)"
    )
    updating = try RawStatement(database, RowWriter.updating)
    expecting = try RawStatement(database, RowWriter.expecting)
    dropping = try RawStatement(database, "DELETE FROM registration WHERE call_id = ?")
  }

  mutating func write(_ entry: LedgerEntry) throws {
    switch entry {
    case .save(let owned): try save(owned)
    case .update(let progress): try update(progress)
    case .expect(let contact, let callID): try expect(contact, callID: callID)
    case .drop(let callID): try drop(callID: callID)
    }
  }

  /// Nearly every row is new: only one that is there already costs more than two insertions.
  private mutating func save(_ owned: OwnedRegistration) throws {
    bind(owned, to: inserting)
    defer { inserting.reset() }
    _ = try inserting.step()
    if let id = inserting.insertedRow {
      return try write(owned.account, of: id, with: insertingAccount)
    }
    bind(owned, to: replacing)
    defer { replacing.reset() }
    guard try replacing.step() else { throw MalformedAccount("a registration that was not written") }
    try write(owned.account, of: replacing.int64(0), with: replacingAccount)
  }

  private mutating func write(_ account: Account, of id: Int64, with statement: RawStatement) throws {
    json.clear()
    json.account(account)
    statement.bind(id, at: 1)
    statement.bind(text: json.bytes, at: 2)
    defer { statement.reset() }
    _ = try statement.step()
  }

  private func bind(_ owned: OwnedRegistration, to row: RawStatement) {
    bind(RegistrationProgress(owned), to: row)
    row.bind(owned.account.id.name, at: 12)
    row.bind(AccountFingerprint(owned.account), at: 13)
    row.bind(owned.secretFingerprint, at: 14)
    row.bind(owned.instanceID, at: 15)
  }

  private func update(_ progress: RegistrationProgress) throws {
    bind(progress, to: updating)
    defer { updating.reset() }
    _ = try updating.step()
  }

  private func expect(_ contact: String, callID: String) throws {
    expecting.bind(callID, at: 1)
    expecting.bind(contact, at: 2)
    defer { expecting.reset() }
    _ = try expecting.step()
  }

  private func drop(callID: String) throws {
    dropping.bind(callID, at: 1)
    defer { dropping.reset() }
    _ = try dropping.step()
  }

  private func bind(_ progress: RegistrationProgress, to row: RawStatement) {
    row.bind(progress.callID, at: 1)
    row.bind(Int64(progress.cseqReserved), at: 2)
    row.bind(progress.phase.rawValue, at: 3)
    row.bind(progress.contact, at: 4)
    row.bind(progress.granted.map(Int64.init), at: 5)
    row.bind(progress.expiresAt?.milliseconds, at: 6)
    row.bind(progress.refreshAt?.milliseconds, at: 7)
    row.bind(progress.lastCode.map(Int64.init), at: 8)
    row.bind(progress.lastReason, at: 9)
    row.bind(progress.peer, at: 10)
    row.bind(progress.updatedAt.milliseconds, at: 11)
    row.bind(progress.formerContacts.isEmpty ? nil : progress.formerContacts.joined(separator: "\n"), at: 16)
  }

  private static let updating = """
    UPDATE registration SET cseq_reserved = ?2, phase = ?3, contact = ?4, granted = ?5, expires_at = ?6,
      refresh_at = ?7, last_code = ?8, last_reason = ?9, peer = ?10, updated_at = ?11,
      former_contacts = ?16
    WHERE call_id = ?1
    """

  /// One contact a line: no URI has a line end in it.
  private static let expecting = """
    UPDATE registration SET former_contacts = coalesce(former_contacts || char(10), '') || ?2 WHERE call_id = ?1
    """

  private static let values = """
    (call_id, cseq_reserved, phase, contact, granted, expires_at, refresh_at, last_code, last_reason, peer,
      updated_at, account, fingerprint, secret_fingerprint, instance_id, former_contacts)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)
    """

  private static let inserting = "INSERT INTO registration \(values) ON CONFLICT (call_id) DO NOTHING"

  private static let replacing = """
    INSERT INTO registration \(values)
    ON CONFLICT (call_id) DO UPDATE SET cseq_reserved = ?2, phase = ?3, contact = ?4, granted = ?5,
      expires_at = ?6, refresh_at = ?7, last_code = ?8, last_reason = ?9, peer = ?10, updated_at = ?11,
      account = ?12, fingerprint = ?13, secret_fingerprint = ?14, instance_id = ?15, former_contacts = ?16
    RETURNING id
    """
}
