public import Reconcile
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The lease of a state: while it is held, no other process acts for this owner.
///
/// A lock of the system on `PATH.lock` makes it certain, and ends with the process however that ends. The
/// file says who holds it, with a heartbeat for machines that do not see each other's locks.
public final class StateLock: Sendable {
  /// How often a holder calls `beat(at:)`.
  public static let heartbeatInterval = Duration.seconds(10)

  public let holder: LockHolder
  private let file: LockFile
  /// Nil once released.
  private let descriptor: Mutex<CInt?>

  private init(holder: LockHolder, file: LockFile, descriptor: CInt) {
    self.holder = holder
    self.file = file
    self.descriptor = Mutex(descriptor)
  }

  deinit { release() }

  static func acquire(statePath: String, holder: LockHolder, at now: Timestamp) throws(StateError)
    -> StateLock
  {
    let file = LockFile(statePath: statePath)
    let descriptor = try file.open()
    do throws(StateError) {
      guard try file.lock(descriptor) else {
        throw .locked(path: statePath, holder: file.record()?.holder ?? .unnamed(at: now))
      }
      if let record = file.record(), record.mayRunElsewhere(than: holder, at: now) {
        throw .locked(path: statePath, holder: record.holder)
      }
      try file.write(LeaseRecord(holder: holder, heartbeat: now), to: descriptor)
    } catch {
      close(descriptor)
      throw error
    }
    return StateLock(holder: holder, file: file, descriptor: descriptor)
  }

  /// Says that the holder is alive.
  ///
  /// Fails with `leaseLost` where another process took the lease meanwhile, or after `release`.
  public func beat(at now: Timestamp) throws(StateError) {
    let found = file.record()?.holder
    let holder = holder
    let file = file
    try descriptor.withLock { (descriptor) throws(StateError) in
      guard let descriptor, found == holder else {
        throw .leaseLost(path: file.statePath, holder: found == holder ? nil : found)
      }
      try file.write(LeaseRecord(holder: holder, heartbeat: now), to: descriptor)
    }
  }

  /// Gives the lease up; also done when the lock is let go.
  ///
  /// The file stays, empty: were it deleted, two processes could lock two files of one name.
  public func release() {
    let isOurs = file.record()?.holder == holder
    descriptor.withLock { descriptor in
      guard let open = descriptor else { return }
      // Where this fails, the file says what it says after a crash: a holder without a lock.
      if isOurs { _ = ftruncate(open, 0) }
      // Closing alone leaves the lock to a child that was just forked and has not yet begun its program.
      _ = flock(open, LOCK_UN)
      close(open)
      descriptor = nil
    }
  }
}
