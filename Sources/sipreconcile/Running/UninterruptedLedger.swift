import Reconcile

/// A ledger whose writes a cancelled run still finishes: what was sent must be known to the next run.
struct UninterruptedLedger: RegistrationLedger {
  let ledger: any RegistrationLedger

  func write(_ entries: [LedgerEntry]) async throws(LedgerError) {
    // A task of its own does not inherit the cancellation; it is waited for here.
    let writing = Task { () -> Result<Void, LedgerError> in
      do throws(LedgerError) {
        return .success(try await ledger.write(entries))
      } catch {
        return .failure(error)
      }
    }
    try await writing.value.get()
  }
}
