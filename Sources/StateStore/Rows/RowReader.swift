import GRDB
import Reconcile

/// Reads rows of `registration`, and their accounts where they are not at hand already.
struct RowReader {
  private static func columns(_ database: Database) throws -> String {
    let version = try RawStatement(database, "PRAGMA user_version")
    defer { version.reset() }
    let isOld = try version.step() && version.int64(0) < Schema.formerContactsVersion
    let formerContacts = isOld ? "NULL" : "former_contacts"
    return """
      call_id, account, phase, cseq_reserved, fingerprint, secret_fingerprint, contact, instance_id, granted,
      expires_at, refresh_at, last_code, last_reason, peer, updated_at, id, \(formerContacts)
      """
  }

  private let rows: RawStatement
  private let accounts: RawStatement
  private let desired: DesiredState?
  private var positions: [AccountID: Int] = [:]
  // Thousands of rows in turn have the same server and the same words.
  private var lastPeer = Repeated()
  private var lastReason = Repeated()
  private var text = CanonicalText()

  init(_ database: Database, matching desired: DesiredState?) throws {
    let columns = try RowReader.columns(database)
    rows = try RawStatement(database, "SELECT \(columns) FROM registration ORDER BY id")
    accounts = try RawStatement(database, "SELECT json FROM account WHERE registration = ?")
    self.desired = desired
    guard let desired else { return }
    positions.reserveCapacity(desired.accounts.count)
    for (position, declared) in desired.accounts.enumerated() { positions[declared.account.id] = position }
  }

  /// Rows that match a condition with one text in it.
  init(_ database: Database, where condition: String, _ value: String) throws {
    let columns = try RowReader.columns(database)
    let sql = "SELECT \(columns) FROM registration WHERE \(condition) ORDER BY id"
    rows = try RawStatement(database, sql)
    rows.bind(value, at: 1)
    accounts = try RawStatement(database, "SELECT json FROM account WHERE registration = ?")
    desired = nil
  }

  /// The row that an event is about: of its Call-ID, or else the account's that is no tombstone.
  static func row(_ database: Database, of event: RegistrationEvent) throws -> OwnedRegistration? {
    var byCallID = try RowReader(database, where: "call_id = ?", event.callID)
    if let row = try byCallID.readAll().first { return row }
    var byName = try RowReader(database, where: "account = ?", event.account.name)
    return try byName.readAll().last { $0.phase != .tombstone }
  }

  mutating func readAll() throws -> [OwnedRegistration] {
    defer { rows.reset() }
    var owned: [OwnedRegistration] = []
    owned.reserveCapacity(positions.count)
    while try rows.step() { owned.append(try row()) }
    return owned
  }

  private mutating func row() throws -> OwnedRegistration {
    let callID = try text(0)
    guard !callID.isEmpty else { throw MalformedAccount("a registration without a Call-ID") }
    guard let phase = OwnedRegistration.Phase(rawValue: try text(2)) else {
      throw MalformedAccount("a phase that this version does not know")
    }
    var owned = OwnedRegistration(
      callID: callID,
      account: try account(),
      phase: phase,
      updatedAt: Timestamp(milliseconds: rows.int64(14))
    )
    owned.cseqReserved = try number(3) ?? 0
    owned.secretFingerprint = try optionalText(5)
    owned.contact = try optionalText(6)
    owned.instanceID = try optionalText(7)
    owned.granted = try number(8)
    owned.expiresAt = time(9)
    owned.refreshAt = time(10)
    owned.lastCode = try number(11)
    owned.lastReason = try lastReason.text(rows.isNull(12) ? nil : rows.bytes(12))
    if let former = try optionalText(16) {
      owned.formerContacts = former.split(separator: "\n").map(String.init)
    }
    owned.peer = try lastPeer.text(rows.isNull(13) ? nil : rows.bytes(13))
    return owned
  }

  /// The declared account where the row was made of an equal one, which spares reading its text.
  private mutating func account() throws -> Account {
    if let desired, let position = positions[AccountID(try text(1))] {
      let account = desired.accounts[position].account
      if rows.fingerprint(4) == AccountFingerprint(account, using: &text) { return account }
    }
    accounts.bind(rows.int64(15), at: 1)
    defer { accounts.reset() }
    guard try accounts.step() else { throw MalformedAccount("a registration without an account") }
    return try JSONReader.account(accounts.bytes(0))
  }

  private func text(_ column: CInt) throws -> String { try String(validUTF8: rows.bytes(column)) }

  private func optionalText(_ column: CInt) throws -> String? { rows.isNull(column) ? nil : try text(column) }

  private func time(_ column: CInt) -> Timestamp? {
    rows.isNull(column) ? nil : Timestamp(milliseconds: rows.int64(column))
  }

  private func number<Value: FixedWidthInteger>(_ column: CInt) throws -> Value? {
    if rows.isNull(column) { return nil }
    guard let value = Value(exactly: rows.int64(column)) else {
      throw MalformedAccount("a number out of its range")
    }
    return value
  }
}

/// A text column that often repeats: the last value is used again.
private struct Repeated {
  private var last = ""

  mutating func text(_ bytes: UnsafeBufferPointer<UInt8>?) throws -> String? {
    guard let bytes else { return nil }
    if !last.hasBytes(bytes) { last = try String(validUTF8: bytes) }
    return last
  }
}
