import Foundation
import GRDB
import Reconcile
import SIP
import Testing

@testable import StateStore

@Suite struct StateStoreTests {
  let folder: TemporaryFolder
  var path: String { folder.file("a.db") }

  init() throws { folder = try TemporaryFolder() }

  private func open(
    _ access: StateStore.Access = .readWrite,
    owner: String = "office",
    takeover: String? = nil
  ) throws(StateError) -> StateStore {
    try StateStore.open(at: path, owner: owner, access: access, takeover: takeover)
  }

  private func mode(_ name: String) throws -> Int {
    let attributes = try FileManager.default.attributesOfItem(atPath: folder.file(name))
    return try #require(attributes[.posixPermissions] as? Int)
  }

  private func outdate() throws {
    try DatabaseQueue(path: path).writeWithoutTransaction { try $0.execute(sql: "PRAGMA user_version = 99") }
  }

  private func filled() async throws {
    try await open().write((0..<50).map { .save(owned("n\($0)")) })
  }

  @Test("SEC-71 the folder is made 0700 and each file 0600")
  func permissions() async throws {
    let store = try StateStore.open(at: folder.file("deep/er/a.db"), owner: "office", access: .readWrite)
    try await store.write([.save(owned("alice"))])
    let lock = try store.acquireLock(holder: .current(command: "apply", at: noon), at: noon)
    #expect(try mode("deep") == 0o700)
    #expect(try mode("deep/er") == 0o700)
    for name in ["a.db", "a.db-wal", "a.db-shm", "a.db.lock"] {
      #expect(try mode("deep/er/\(name)") == 0o600)
    }
    lock.release()
  }

  @Test("SEC-71 a file of ours that others may read is closed to them")
  func widePermissions() async throws {
    try await filled()
    try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: path)
    _ = try open()
    #expect(try mode("a.db") == 0o600)
  }

  @Test("REC-67 a missing file is an empty state, and looking creates nothing")
  func missing() throws {
    let store = try StateStore.open(at: folder.file("no/a.db"), owner: "office", access: .readOnly)
    #expect(try store.owned(matching: nil) == [])
    #expect(try store.runs() == [])
    #expect(store.secretFingerprint(of: [Credential(username: "a", proof: .password(Secret("b")))]) == nil)
    #expect(try folder.names() == [])
  }

  @Test("REC-76 looking at a closed state changes no byte and leaves no file")
  func readingLeavesNoTrace() async throws {
    try await filled()
    let before = try folder.bytes(of: "a.db")
    let names = try folder.names()
    #expect(names == ["a.db"])
    #expect(try open(.readOnly).owned(matching: nil).count == 50)
    #expect(try folder.names() == names)
    #expect(try folder.bytes(of: "a.db") == before)
  }

  @Test func readersSeeWhatTheWriterWrote() async throws {
    let writer = try open()
    try await writer.write([.save(owned("alice"))])
    let reader = try open(.readOnly)
    #expect(try reader.owned(matching: nil) == [owned("alice")])
    try await writer.write([.save(owned("bob"))])
    #expect(try reader.owned(matching: nil) == [owned("alice"), owned("bob")])
  }

  @Test func pathsMayHaveAnyCharacter() async throws {
    let odd = folder.file("50%? #1 é.db")
    try await StateStore.open(at: odd, owner: "office", access: .readWrite).write([.save(owned("alice"))])
    let reader = try StateStore.open(at: odd, owner: "office", access: .readOnly)
    #expect(try reader.owned(matching: nil) == [owned("alice")])
  }

  @Test func aStateOpenedForReadingCannotBeWritten() async throws {
    try await filled()
    let store = try open(.readOnly)
    await #expect(throws: LedgerError.self) { try await store.write([.drop(callID: "x")]) }
    #expect(throws: StateError.self) {
      try store.acquireLock(holder: .current(command: "x", at: noon), at: noon)
    }
  }

  @Test(
    "SEC-73 REC-67 garbage is an error that says what to do",
    arguments: [StateStore.Access.readWrite, .readOnly]
  )
  func garbage(access: StateStore.Access) throws {
    try folder.write(Array(repeating: UInt8(ascii: "x"), count: 10_000), to: "a.db")
    let error = #expect(throws: StateError.self) { _ = try open(access) }
    #expect(error?.description.contains("move the file away") == true)
    #expect(try folder.bytes(of: "a.db").count == 10_000)
  }

  @Test("SEC-73 REC-67 a state cut off at any page is an error, never an empty state")
  func truncated() async throws {
    try await filled()
    let whole = try folder.bytes(of: "a.db")
    for access in [StateStore.Access.readOnly, .readWrite] {
      for length in [1, 15, 16, 60, 99, 100, 1000, 4096, 5000, 8192, whole.count / 2, whole.count - 1] {
        try folder.write(whole.prefix(length), to: "a.db")
        #expect(throws: StateError.self, "\(length) bytes") { _ = try open(access).owned(matching: nil) }
      }
    }
  }

  @Test("SEC-73 flipped bytes are an error or other rows, never a crash or an empty state")
  func flipped() async throws {
    try await filled()
    let whole = try folder.bytes(of: "a.db")
    for position in stride(from: 0, to: whole.count, by: 487) {
      var changed = whole
      changed[position] ^= 0xFF
      try folder.write(changed, to: "a.db")
      do throws(StateError) {
        let rows = try open(.readOnly).owned(matching: nil)
        #expect(rows.count >= 49, "byte \(position)")
      } catch {
        #expect(!error.description.isEmpty)
      }
    }
  }

  @Test("SEC-73 a database of another program is refused and left alone")
  func foreign() throws {
    try DatabaseQueue(path: path).write { database in try database.execute(sql: "CREATE TABLE theirs (x)") }
    let before = try folder.bytes(of: "a.db")
    #expect(throws: StateError.foreign(path: path)) { _ = try open() }
    #expect(throws: StateError.foreign(path: path)) { _ = try open(.readOnly) }
    #expect(try folder.bytes(of: "a.db") == before)
  }

  @Test("SEC-73 a newer schema is refused and left alone")
  func newer() async throws {
    try await filled()
    try outdate()
    let expected = StateError.newer(path: path, found: 99, known: Schema.version)
    #expect(throws: expected) { _ = try open() }
    #expect(throws: expected) { _ = try open(.readOnly) }
    #expect(expected.description.contains("newer sipreconcile"))
  }

  @Test func anotherOwnerIsNamedAndCanBeTakenOver() async throws {
    try await filled()
    let expected = StateError.otherOwner(path: path, found: "office", expected: "lab")
    #expect(throws: expected) { _ = try open(owner: "lab") }
    #expect(throws: expected) { _ = try open(.readOnly, owner: "lab") }
    #expect(throws: expected) { _ = try open(owner: "lab", takeover: "home") }
    #expect(expected.description.contains("--takeover office"))
    #expect(try open(.readOnly, owner: "lab", takeover: "office").owned(matching: nil).count == 50)
    #expect(try open(.readOnly).owned(matching: nil).count == 50)
    #expect(try open(owner: "lab", takeover: "office").owned(matching: nil).count == 50)
    #expect(try open(owner: "lab").owned(matching: nil).count == 50)
    #expect(throws: StateError.self) { _ = try open() }
  }

  @Test("SEC-73 what is no regular file is refused, not waited for")
  func notAFile() throws {
    #expect(mkfifo(path, 0o600) == 0)
    #expect(throws: StateError.notAFile(path: path)) { _ = try open() }
    #expect(throws: StateError.notAFile(path: path)) { _ = try open(.readOnly) }
    let folderPath = folder.path
    #expect(throws: StateError.notAFile(path: folderPath)) {
      _ = try StateStore.open(at: folderPath, owner: "office", access: .readWrite)
    }
  }

  @Test("REC-66 a place that cannot be written is an error with the system's words")
  func unwritable() throws {
    try folder.write([1], to: "file")
    let error = #expect(throws: StateError.self) {
      _ = try StateStore.open(at: folder.file("file/a.db"), owner: "office", access: .readWrite)
    }
    #expect(error?.description.contains("Not a directory") == true)
    let readOnly = StateError(
      DatabaseError(resultCode: .SQLITE_READONLY, message: "read-only"),
      path: "/a.db"
    )
    #expect(readOnly == .notWritable(path: "/a.db", reason: "read-only"))
  }

  @Test func anEmptyFileIsAFreshState() throws {
    try folder.write([], to: "a.db")
    #expect(try open(.readOnly).owned(matching: nil) == [])
    #expect(try open().owned(matching: nil) == [])
    #expect(try folder.bytes(of: "a.db").count > 0)
  }

  @Test("SEC-70 SEC-72 neither a secret nor a plain hash of it is in the file")
  func secretsStayOut() async throws {
    let store = try open()
    let credential = Credential(username: "alice", proof: .password(Secret("canary-password")))
    var row = owned("alice")
    row.secretFingerprint = store.secretFingerprint(of: [credential])
    try await store.write([.save(row)])
    for name in try folder.names() {
      #expect(!String(decoding: try folder.bytes(of: name), as: UTF8.self).contains("canary"))
    }
  }

  @Test func eachRunIsInTheHistory() throws {
    let store = try open()
    var run = try store.record(RunRecord(startedAt: noon, digest: "d1", source: "a.yaml"))
    #expect(run.id == 1)
    var report = Report(planDigest: "d1")
    report.outcomes = [
      Outcome(account: "a", action: .register, kind: .done),
      Outcome(account: "b", action: .register, kind: .failed),
      Outcome(account: "c", action: .register, kind: .blocked),
      Outcome(account: "d", action: .register, kind: .notStarted),
    ]
    run.end(with: report, at: noon + .seconds(2))
    try store.record(run)
    let second = try store.record(RunRecord(startedAt: noon + .seconds(9), digest: "d2"))
    #expect(try store.runs() == [second, run])
    #expect(try store.runs(limit: 1) == [second])
    let counts: [Int] = [run.done, run.failed, run.blocked, run.notStarted]
    #expect(counts == Array(repeating: 1, count: 4))
  }

  @Test func theChangesOfARunAreKeptWhatFailedFirst() throws {
    let store = try open()
    var report = Report(planDigest: "d1")
    report.outcomes = (0..<300).map { Outcome(account: AccountID("a\($0)"), action: .register, kind: .done) }
    var failed = Outcome(account: "b", action: .edit, kind: .failed, reason: "Forbidden")
    failed.code = 403
    failed.cause = Cause(.config, at: SourceLocation(file: "a.yaml", line: 3, column: 5))
    report.outcomes.append(failed)
    var run = RunRecord(startedAt: noon, digest: "d1")
    run.end(with: report, at: noon + .seconds(2))
    try store.record(run)
    try store.record(RunRecord(startedAt: noon + .seconds(9), digest: "d2"))
    let all = try store.runs()
    #expect(all.map(\.changes.count) == [0, 200])
    #expect(all[1].changes[0] == RunChange(failed))
    let some = try store.runs(of: ["b"])
    #expect(some.map(\.digest) == ["d1"])
    #expect(some[0].changes.map(\.place) == ["a.yaml:3:5"])
    #expect(try store.runs(of: ["nobody"]).isEmpty)
  }

  @Test func aStateOfTheFirstVersionIsReadWithoutItsChangesAndMigrated() async throws {
    let first = try StateStore.open(at: path, owner: "office", access: .readWrite)
    try first.record(RunRecord(startedAt: noon, digest: "d1"))
    try await first.write([.save(owned("alice"))])
    try await DatabaseQueue(path: path).writeWithoutTransaction { database in
      try database.execute(
        sql: """
          DROP TABLE run_change; DROP TABLE server_challenge; DROP TABLE suspension; ALTER TABLE registration DROP COLUMN former_contacts;
          ALTER TABLE run DROP COLUMN commit_id; PRAGMA user_version = 1
          """
      )
    }
    let old = try StateStore.open(at: path, owner: "office", access: .readOnly)
    #expect(try old.runs().map(\.digest) == ["d1"])
    #expect(try old.runs(of: ["a"]).isEmpty)
    #expect(try old.owned(matching: nil) == [owned("alice")])
    #expect(try old.serverChallenges() == [])
    let migrated = try StateStore.open(at: path, owner: "office", access: .readWrite)
    #expect(try migrated.runs().map(\.digest) == ["d1"])
    #expect(try migrated.runs(of: ["a"]).isEmpty)
    #expect(try migrated.owned(matching: nil) == [owned("alice")])
    try await migrated.write([.expect(contact: "sip:b@192.0.2.8", callID: owned("alice").callID)])
    #expect(try old.owned(matching: nil).map(\.formerContacts) == [["sip:b@192.0.2.8"]])
  }
}
