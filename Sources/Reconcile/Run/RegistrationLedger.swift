/// Where what we own is kept, so that a crash at any point loses nothing that a registrar confirmed.
///
/// It is written before a REGISTER leaves (a new Call-ID, reserved CSeq numbers, a tombstone), and again
/// with what came of it. Calls are few and large: thousands of entries in one.
public protocol RegistrationLedger: Sendable {
  /// Writes all entries in their order as one transaction, and returns once they survive a crash.
  func write(_ entries: [LedgerEntry]) async throws(LedgerError)
}

/// One change of the rows that we own; a row is told by its Call-ID.
public enum LedgerEntry: Sendable, Hashable {
  /// Inserts the row, or replaces all of the row with this Call-ID.
  case save(OwnedRegistration)
  /// Changes what an attempt changes; the row's account, secret fingerprint and instance id stay.
  /// A row that does not exist is left alone.
  case update(RegistrationProgress)
  /// Adds to a row's former contacts one that a REGISTER which is about to leave may bind.
  case expect(contact: String, callID: String)
  /// Deletes the row; one that does not exist is fine.
  case drop(callID: String)

  /// The same entry with its times moved along with a wall clock that was set.
  func shifted(by shift: Duration) -> LedgerEntry {
    switch self {
    case .save(var row):
      row.shiftTimes(by: shift)
      return .save(row)
    case .update(var progress):
      progress.expiresAt = progress.expiresAt.map { $0 + shift }
      progress.refreshAt = progress.refreshAt.map { $0 + shift }
      return .update(progress)
    case .expect, .drop: return self
    }
  }
}

/// What an attempt changes in a row. Every field is written as it stands here, nil included.
public struct RegistrationProgress: Sendable, Hashable {
  public var callID: String
  public var cseqReserved: UInt32
  public var phase: OwnedRegistration.Phase
  public var contact: String?
  public var formerContacts: [String]
  public var granted: UInt32?
  public var expiresAt: Timestamp?
  public var refreshAt: Timestamp?
  public var lastCode: UInt16?
  public var lastReason: String?
  public var peer: String?
  public var updatedAt: Timestamp

  public init(_ registration: OwnedRegistration) {
    callID = registration.callID
    cseqReserved = registration.cseqReserved
    phase = registration.phase
    contact = registration.contact
    formerContacts = registration.formerContacts
    granted = registration.granted
    expiresAt = registration.expiresAt
    refreshAt = registration.refreshAt
    lastCode = registration.lastCode
    lastReason = registration.lastReason
    peer = registration.peer
    updatedAt = registration.updatedAt
  }
}

/// The ledger could not be written: what failed, where, and what to do.
public struct LedgerError: Error, Sendable, Hashable, CustomStringConvertible {
  public var message: String

  public init(_ message: String) { self.message = message }

  public var description: String { message }
}
