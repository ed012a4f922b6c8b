import Reconcile

/// What we own, in memory; it also checks that no row loses reserved CSeq numbers.
actor MemoryLedger: RegistrationLedger {
  private(set) var rows: [String: OwnedRegistration] = [:]
  private(set) var writes: [[LedgerEntry]] = []
  private(set) var lostReservations: [String] = []

  func write(_ entries: [LedgerEntry]) async throws(LedgerError) {
    writes.append(entries)
    for entry in entries {
      switch entry {
      case .save(let row):
        check(row.callID, row.cseqReserved)
        rows[row.callID] = row
      case .update(let progress):
        guard var row = rows[progress.callID] else { continue }
        check(progress.callID, progress.cseqReserved)
        row.cseqReserved = progress.cseqReserved
        row.phase = progress.phase
        row.contact = progress.contact
        row.formerContacts = progress.formerContacts
        row.granted = progress.granted
        row.expiresAt = progress.expiresAt
        row.refreshAt = progress.refreshAt
        row.lastCode = progress.lastCode
        row.lastReason = progress.lastReason
        row.peer = progress.peer
        row.updatedAt = progress.updatedAt
        rows[progress.callID] = row
      case .expect(let contact, let callID): rows[callID]?.formerContacts.append(contact)
      case .drop(let callID): rows[callID] = nil
      }
    }
  }

  func put(_ row: OwnedRegistration) { rows[row.callID] = row }

  func rows(of id: AccountID) -> [OwnedRegistration] {
    rows.values.filter { $0.account.id == id }.sorted { $0.callID < $1.callID }
  }

  private func check(_ callID: String, _ reserved: UInt32) {
    if let row = rows[callID], row.cseqReserved > reserved { lostReservations.append(callID) }
  }
}
