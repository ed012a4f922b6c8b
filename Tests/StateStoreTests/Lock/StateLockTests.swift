import Foundation
import Reconcile
import Testing

@testable import StateStore

@Suite struct StateLockTests {
  let folder: TemporaryFolder
  let store: StateStore
  let me = LockHolder(pid: 41, host: "a", boot: "b1", startedAt: noon, command: "watch")
  let other = LockHolder(pid: 42, host: "a", boot: "b1", startedAt: noon, command: "apply")

  init() throws {
    folder = try TemporaryFolder()
    store = try StateStore.open(at: folder.file("a.db"), owner: "office", access: .readWrite)
  }

  private var path: String { folder.file("a.db") }

  /// Leaves what a holder leaves that was killed: its record, and no lock.
  private func killed(_ holder: LockHolder, at time: Timestamp = noon) throws {
    try folder.write(LeaseRecord(holder: holder, heartbeat: time).encoded(), to: "a.db.lock")
  }

  @Test("REC-68 the second process learns who holds the lease")
  func second() throws {
    let lock = try store.acquireLock(holder: me, at: noon)
    let error = #expect(throws: StateError.locked(path: path, holder: me)) {
      _ = try store.acquireLock(holder: other, at: noon + .seconds(3600))
    }
    #expect(error?.description.contains("process 41 on a") == true)
    lock.release()
    #expect(try store.acquireLock(holder: other, at: noon).holder == other)
  }

  @Test("REC-68 a state has one lock, by whatever link it is named")
  func linked() throws {
    let link = folder.file("b.db")
    try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: path)
    let same = try StateStore.open(at: link, owner: "office", access: .readWrite)
    let lock = try store.acquireLock(holder: me, at: noon)
    #expect(throws: StateError.locked(path: link, holder: me)) {
      _ = try same.acquireLock(holder: other, at: noon)
    }
    #expect(StateStore.holder(ofStateAt: link, at: noon) == me)
    lock.release()
    #expect(try same.acquireLock(holder: other, at: noon).holder == other)
  }

  @Test("REC-68 the lease of a dead process is taken over at once")
  func dead() throws {
    try killed(me)
    #expect(try store.acquireLock(holder: other, at: noon + .seconds(1)).holder == other)
  }

  @Test("REC-68 a container that was restarted under another name need not wait")
  func restartedContainer() throws {
    try killed(me)
    let restarted = LockHolder(pid: 41, host: "c", boot: "b1", startedAt: noon, command: "watch")
    #expect(try store.acquireLock(holder: restarted, at: noon + .seconds(1)).holder == restarted)
  }

  @Test("REC-68 a holder on another machine is believed until its heartbeat is old")
  func otherMachine() throws {
    let far = LockHolder(pid: 41, host: "z", boot: "b9", startedAt: noon, command: "watch")
    try killed(far)
    #expect(throws: StateError.locked(path: path, holder: far)) {
      _ = try store.acquireLock(holder: me, at: noon + .seconds(29))
    }
    #expect(try store.acquireLock(holder: me, at: noon + .seconds(30)).holder == me)
  }

  @Test func itIsGivenUpWhenItIsLetGo() throws {
    do { _ = try store.acquireLock(holder: me, at: noon) }
    #expect(try store.acquireLock(holder: other, at: noon).holder == other)
  }

  @Test func aChildThatInheritedTheLockDoesNotKeepIt() throws {
    let lock = try store.acquireLock(holder: me, at: noon)
    // What a fork leaves in a child until it begins its program: the same open file once more.
    let inherited = dup(try #require(try openLockFile()))
    defer { close(inherited) }
    lock.release()
    #expect(try store.acquireLock(holder: other, at: noon).holder == other)
  }

  /// This process's descriptor of the lock file.
  private func openLockFile() throws -> CInt? {
    let file = URL(filePath: path + ".lock").resolvingSymlinksInPath().path()
    return try FileManager.default.contentsOfDirectory(atPath: "/dev/fd").compactMap(CInt.init).first {
      URL(filePath: "/dev/fd/\($0)").resolvingSymlinksInPath().path() == file
    }
  }

  @Test func aHeartbeatIsSeenByOthers() throws {
    let lock = try store.acquireLock(holder: me, at: noon)
    #expect(StateStore.holder(ofStateAt: path, at: noon + .seconds(29)) == me)
    #expect(StateStore.holder(ofStateAt: path, at: noon + .seconds(31)) == nil)
    try lock.beat(at: noon + .seconds(10))
    #expect(StateStore.holder(ofStateAt: path, at: noon + .seconds(31)) == me)
    lock.release()
    #expect(StateStore.holder(ofStateAt: path, at: noon + .seconds(31)) == nil)
  }

  @Test func aDeadProcessOfThisMachineIsNotNamed() throws {
    var gone = LockHolder.current(command: "watch", at: noon)
    #expect(gone.pid == getpid())
    try killed(gone)
    #expect(StateStore.holder(ofStateAt: path, at: noon) == gone)
    gone.pid = 0x3fff_fff0
    try killed(gone)
    #expect(StateStore.holder(ofStateAt: path, at: noon) == nil)
  }

  @Test("REC-68 a holder that slept learns that another has the lease now, and leaves that one's record")
  func lost() throws {
    let lock = try store.acquireLock(holder: me, at: noon)
    try killed(other)
    #expect(throws: StateError.leaseLost(path: path, holder: other)) {
      try lock.beat(at: noon + .seconds(60))
    }
    lock.release()
    #expect(StateStore.holder(ofStateAt: path, at: noon) == other)
    #expect(throws: StateError.leaseLost(path: path, holder: other)) {
      try lock.beat(at: noon + .seconds(61))
    }
  }

  @Test("SEC-73 a lock file with garbage in it is as good as an empty one")
  func garbage() throws {
    try folder.write(Array("{\"holder\":".utf8), to: "a.db.lock")
    #expect(StateStore.holder(ofStateAt: path, at: noon) == nil)
    let lock = try store.acquireLock(holder: me, at: noon)
    #expect(StateStore.holder(ofStateAt: path, at: noon) == me)
    lock.release()
  }

  @Test func aVeryLongCommandFits() throws {
    var long = me
    long.command = String(repeating: "é", count: 5000)
    long.host = String(repeating: "\u{1}", count: 5000)
    let bytes = LeaseRecord(holder: long, heartbeat: noon).encoded()
    #expect(bytes.count == LeaseRecord.size)
    #expect(LeaseRecord(bytes)?.holder.pid == 41)
  }
}
