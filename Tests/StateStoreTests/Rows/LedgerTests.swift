import Foundation
import GRDB
import Reconcile
import SIP
import Testing

@testable import StateStore

@Suite struct LedgerTests {
  let folder: TemporaryFolder
  let store: StateStore

  init() throws {
    folder = try TemporaryFolder()
    store = try StateStore.open(at: folder.file("a.db"), owner: "office", access: .readWrite)
  }

  private func reopened() throws -> [OwnedRegistration] {
    try StateStore.open(at: folder.file("a.db"), owner: "office", access: .readOnly).owned(matching: nil)
  }

  private func execute(_ sql: String) throws {
    try store.connection.write { database in try database.execute(sql: sql) }
  }

  @Test func everyColumnSurvives() async throws {
    var row = owned("alice")
    row.account = fullAccount()
    row.instanceID = "urn:uuid:00000000-0000-1000-8000-000a95a0e128"
    row.formerContacts = ["sip:a@192.0.2.8;x=1", "sip:a@[2001:db8::1]"]
    var bare = OwnedRegistration(callID: "bare", account: account("bob"), phase: .pending, updatedAt: noon)
    bare.cseqReserved = .max
    try await store.write([.save(row), .save(bare)])
    #expect(try reopened() == [row, bare])
  }

  @Test("what a REGISTER may bind is noted beside what else the row says, and gone with what came of it")
  func whatMayBeBoundIsNoted() async throws {
    try await store.write([.save(owned("alice"))])
    let callID = owned("alice").callID
    try await store.write([
      .expect(contact: "sip:a@192.0.2.8", callID: callID),
      .expect(contact: "sip:a@192.0.2.9", callID: callID),
      .expect(contact: "sip:a@192.0.2.9", callID: "nobody"),
    ])
    var row = owned("alice")
    row.formerContacts = ["sip:a@192.0.2.8", "sip:a@192.0.2.9"]
    #expect(try reopened() == [row])
    try await store.write([.update(RegistrationProgress(owned("alice")))])
    #expect(try reopened() == [owned("alice")])
  }

  @Test func savingAgainReplacesTheRowOfThisCallID() async throws {
    try await store.write([.save(owned("alice")), .save(owned("bob"))])
    var changed = owned("alice", phase: .tombstone)
    changed.account.expires = 60
    changed.contact = nil
    try await store.write([.save(changed)])
    #expect(try reopened() == [changed, owned("bob")])
  }

  @Test func oneAccountMayHaveABindingAndTombstones() async throws {
    let rows = [owned("alice", callID: "1", phase: .tombstone), owned("alice", callID: "2")]
    try await store.write(rows.map(LedgerEntry.save))
    #expect(try reopened() == rows)
  }

  @Test func anUpdateKeepsAccountSecretAndInstance() async throws {
    var row = owned("alice", phase: .pending)
    row.instanceID = "urn:uuid:1"
    try await store.write([.save(row)])
    var result = owned("alice")
    result.account = account("nobody")
    result.secretFingerprint = nil
    result.peer = nil
    result.lastCode = 503
    result.cseqReserved = 200
    try await store.write([.update(RegistrationProgress(result))])
    result.account = row.account
    result.secretFingerprint = row.secretFingerprint
    result.instanceID = row.instanceID
    #expect(try reopened() == [result])
  }

  @Test func updatesAndDropsOfUnknownRowsChangeNothing() async throws {
    try await store.write([.update(RegistrationProgress(owned("ghost"))), .drop(callID: "ghost")])
    #expect(try reopened() == [])
  }

  @Test func entriesTakeEffectInTheirOrder() async throws {
    try await store.write([
      .save(owned("alice")), .drop(callID: owned("alice").callID), .save(owned("alice", phase: .cleared)),
      .save(owned("bob")), .drop(callID: owned("bob").callID),
    ])
    #expect(try reopened() == [owned("alice", phase: .cleared)])
    let texts = try store.connection.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM account") }
    #expect(texts == 1)
  }

  @Test("a cancelled task still writes what it did")
  func aCancelledTaskWrites() async throws {
    let writing = Task { [store] in
      withUnsafeCurrentTask { $0?.cancel() }
      try await store.write([.save(owned("alice"))])
      return Task.isCancelled
    }
    #expect(try await writing.value)
    #expect(try reopened() == [owned("alice")])
  }

  @Test func entriesThatCannotAllBeWrittenLeaveNothing() async throws {
    try execute("CREATE TRIGGER failing BEFORE DELETE ON registration BEGIN SELECT RAISE(ABORT, 'no'); END")
    try await store.write([.save(owned("alice"))])
    await #expect(throws: LedgerError.self) {
      try await store.write([.save(owned("bob")), .drop(callID: owned("alice").callID)])
    }
    #expect(try reopened() == [owned("alice")])
  }

  @Test("a binding that is held on to leaves the last code and reason as they are, an answer replaces them")
  func theLastAnswerStays() async throws {
    var row = owned("alice")
    (row.lastCode, row.lastReason) = (200, "OK")
    try await store.write([.save(row)])
    var event = RegistrationEvent(account: "alice", state: .ok, callID: row.callID, cseq: 1)
    event.expiresIn = .seconds(60)
    try store.record([event], at: noon, reserving: 64)
    #expect(try reopened().map(\.lastCode) == [200])
    #expect(try reopened().map(\.lastReason) == ["OK"])
    event.code = 503
    event.reason = "Overloaded"
    event.failure = .refused
    try store.record([event], at: noon, reserving: 64)
    #expect(try reopened().map(\.lastCode) == [503])
    #expect(try reopened().map(\.lastReason) == ["Overloaded"])
    event.code = nil
    event.reason = ""
    event.failure = .timeout
    try store.record([event], at: noon, reserving: 64)
    #expect(try reopened().map(\.lastCode) == [nil])
    #expect(try reopened().map(\.lastReason) == ["no answer in time"])
  }

  @Test func rowsAreTombstonedAndRemovedByCallID() async throws {
    try await store.write([.save(owned("alice")), .save(owned("bob")), .save(owned("carol"))])
    let later = noon + .seconds(1)
    try store.tombstone(callIDs: [owned("bob").callID, "ghost"], at: later)
    try store.remove(callIDs: [owned("alice").callID, "ghost"])
    var bob = owned("bob", phase: .tombstone)
    bob.updatedAt = later
    #expect(try reopened() == [bob, owned("carol")])
  }

  @Test func aDeclaredAccountIsUsedWhereItIsUnchanged() async throws {
    try await store.write([.save(owned("alice")), .save(owned("bob")), .save(owned("carol"))])
    // What is not read cannot be missed: only the texts of rows that match no declared account are needed.
    try execute(
      "DELETE FROM account WHERE registration IN (SELECT id FROM registration WHERE account = 'alice')"
    )
    var bob = account("bob")
    bob.expires = 60
    let desired = DesiredState(
      owner: "office",
      accounts: [DesiredAccount(account("alice")), DesiredAccount(bob)]
    )
    #expect(try store.owned(matching: desired) == [owned("alice"), owned("bob"), owned("carol")])
    #expect(throws: StateError.self) { try store.owned(matching: nil) }
  }

  @Test("REC-63 REC-64 REG-11 what was reserved before sending is there after a crash")
  func reservationsSurviveACrash() async throws {
    var pending = owned("alice", phase: .pending)
    pending.expiresAt = nil
    try await store.write([.save(pending)])
    try folder.crashCopy(of: "a.db", to: "sent.db")
    var result = owned("alice")
    result.cseqReserved = 200
    try await store.write([.update(RegistrationProgress(result))])
    try folder.crashCopy(of: "a.db", to: "confirmed.db")

    let sent = try StateStore.open(at: folder.file("sent.db"), owner: "office", access: .readWrite)
    #expect(try sent.owned(matching: nil) == [pending])
    let confirmed = try StateStore.open(at: folder.file("confirmed.db"), owner: "office", access: .readWrite)
    #expect(try confirmed.owned(matching: nil) == [result])
  }

  @Test("REC-65 a replace that was cut short leaves the tombstone and the new row")
  func aReplaceSurvivesACrash() async throws {
    try await store.write([.save(owned("alice", callID: "old"))])
    try await store.write([
      .update(RegistrationProgress(owned("alice", callID: "old", phase: .tombstone))),
      .save(owned("alice", callID: "new", phase: .pending)),
    ])
    try folder.crashCopy(of: "a.db", to: "crashed.db")
    let rows = try StateStore.open(at: folder.file("crashed.db"), owner: "office", access: .readWrite)
      .owned(matching: nil)
    #expect(rows.map(\.callID) == ["old", "new"])
    #expect(rows.map(\.phase) == [.tombstone, .pending])
  }

  @Test("REC-66 a log that was cut in the middle of a transaction loses that transaction only")
  func aCutLogLosesOneTransaction() async throws {
    try await store.write([.save(owned("alice"))])
    let length = try folder.bytes(of: "a.db-wal").count
    try await store.write((0..<200).map { .save(owned("n\($0)")) })
    try folder.crashCopy(of: "a.db", to: "cut.db")
    let log = try folder.bytes(of: "cut.db-wal")
    #expect(log.count > length + 10_000)
    try folder.write(log.prefix(length + (log.count - length) / 2), to: "cut.db-wal")
    let cut = try StateStore.open(at: folder.file("cut.db"), owner: "office", access: .readWrite)
    #expect(try cut.owned(matching: nil) == [owned("alice")])
  }

  @Test("REC-66 a full disk is an error that says so, and the state stays as it was")
  func aFullDisk() async throws {
    try await store.write([.save(owned("alice"))])
    try execute("PRAGMA max_page_count = 1")
    var failure: LedgerError?
    do {
      try await store.write((0..<1000).map { .save(owned("n\($0)")) })
    } catch {
      failure = error
    }
    #expect(failure?.message.contains("the disk is full") == true)
    #expect(try store.owned(matching: nil) == [owned("alice")])
    try await store.write([.update(RegistrationProgress(owned("alice", phase: .cleared)))])
    #expect(try store.owned(matching: nil).map(\.phase) == [.cleared])
  }

  @Test func theBoundAddressIsKept() throws {
    #expect(try store.boundAddress() == nil)
    try store.setBoundAddress("192.0.2.7:5062")
    #expect(try store.boundAddress() == "192.0.2.7:5062")
  }
}
