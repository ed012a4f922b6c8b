public import Reconcile

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

extension StateStore {
  /// Takes the lease of this state, which ends with the process at the latest.
  ///
  /// Fails with `locked` where another process holds it. A lease whose process is gone is taken over.
  public func acquireLock(holder: LockHolder, at now: Timestamp) throws(StateError) -> StateLock {
    guard access == .readWrite else { throw .notWritable(path: path, reason: "opened for reading") }
    return try StateLock.acquire(statePath: path, holder: holder, at: now)
  }

  /// Who holds the lease of a state and gave a sign of life lately; nil where nobody does.
  ///
  /// This is for people to read: only `acquireLock` is certain.
  public static func holder(ofStateAt path: String, at now: Timestamp) -> LockHolder? {
    lease(ofStateAt: path, at: now)?.holder
  }

  /// As `holder`, with the time of its last sign of life.
  public static func lease(
    ofStateAt path: String,
    at now: Timestamp
  ) -> (holder: LockHolder, heartbeat: Timestamp)? {
    guard let record = LockFile(statePath: path).record(), record.isFresh(at: now) else { return nil }
    let here = LockHolder.current(command: "", at: now)
    let isLocal = record.holder.host == here.host && record.holder.boot == here.boot
    if isLocal, kill(record.holder.pid, 0) != 0, errno == ESRCH { return nil }
    return (record.holder, record.heartbeat)
  }
}
