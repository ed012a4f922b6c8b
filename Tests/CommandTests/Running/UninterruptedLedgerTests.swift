import Reconcile
import Testing

@testable import sipreconcile

@Suite struct UninterruptedLedgerTests {
  private struct StrictLedger: RegistrationLedger {
    let written: TextCapture

    func write(_ entries: [LedgerEntry]) async throws(LedgerError) {
      if Task.isCancelled { throw LedgerError("cancelled") }
      written.write("\(entries.count) ")
    }
  }

  @Test func aCancelledRunStillWritesWhatItDid() async throws {
    let capture = TextCapture()
    let ledger = UninterruptedLedger(ledger: StrictLedger(written: capture))
    let run = Task {
      withUnsafeCurrentTask { $0?.cancel() }
      try await ledger.write([.drop(callID: "c1")])
    }
    try await run.value
    #expect(capture.written == "1 ")
  }
}
