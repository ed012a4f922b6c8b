#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The file beside a state that is locked while the lease is held.
struct LockFile: Sendable {
  let statePath: String
  private let path: String

  /// A state that is named by a link is locked where it lies: there is one lock for all its names.
  init(statePath: String) {
    self.statePath = statePath
    path = StateStore.resolvingLinks(statePath) + ".lock"
  }

  func open() throws(StateError) -> CInt {
    #if canImport(Glibc)
      let descriptor = Glibc.open(path, O_CREAT | O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0o600)
    #else
      let descriptor = Darwin.open(path, O_CREAT | O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0o600)
    #endif
    guard descriptor >= 0 else { throw failure() }
    return descriptor
  }

  /// False where another process holds the lock.
  func lock(_ descriptor: CInt) throws(StateError) -> Bool {
    if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { return true }
    guard errno == EWOULDBLOCK else { throw failure() }
    return false
  }

  /// Nil where there is no file, or no record in it.
  func record() -> LeaseRecord? {
    #if canImport(Glibc)
      let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    #else
      let descriptor = Darwin.open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    #endif
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: LeaseRecord.size)
    let count = pread(descriptor, &bytes, bytes.count, 0)
    return count > 0 ? LeaseRecord(Array(bytes.prefix(count))) : nil
  }

  func write(_ record: LeaseRecord, to descriptor: CInt) throws(StateError) {
    let bytes = record.encoded()
    guard pwrite(descriptor, bytes, bytes.count, 0) == bytes.count else { throw failure() }
  }

  private func failure() -> StateError { StateError(errno: errno, path: statePath) }
}
