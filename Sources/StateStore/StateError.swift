/// Why the state could not be opened, read or written. A description says what to do.
public enum StateError: Error, Sendable, Hashable {
  /// The file holds something that is not our state, or is cut off or damaged; with what was found.
  case damaged(path: String, detail: String)
  /// The file is a database of another program.
  case foreign(path: String)
  /// A newer sipreconcile wrote it.
  case newer(path: String, found: Int, known: Int)
  /// It holds the registrations of another owner.
  case otherOwner(path: String, found: String, expected: String)
  /// Another user of this machine owns the file.
  case otherUser(path: String, uid: UInt32)
  /// The path names a folder or a device.
  case notAFile(path: String)
  /// It cannot be reached, with the system's words.
  case inaccessible(path: String, reason: String)
  /// It can be read but not written, with the reason.
  case notWritable(path: String, reason: String)
  /// The disk or the user's quota is full.
  case diskFull(path: String)
  /// Another process kept it busy for longer than we wait.
  case busy(path: String)
  /// Another process holds the lease.
  case locked(path: String, holder: LockHolder)
  /// The lease was taken by another process while we were not running; nil: its record is gone.
  case leaseLost(path: String, holder: LockHolder?)
}

extension StateError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .damaged(let path, let detail):
      "state \(path): damaged (\(detail)). Nothing was changed. Restore a copy, or move the file away: "
        + "the next apply then registers the same contacts again and unregisters nothing"
    case .foreign(let path):
      "state \(path): a database of another program. Give another path with --state"
    case .newer(let path, let found, let known):
      "state \(path): written by a newer sipreconcile (schema \(found); this one knows up to \(known)). "
        + "Use the newer program"
    case .otherOwner(let path, let found, let expected):
      "state \(path): holds the registrations of owner “\(found)”, not of “\(expected)”. "
        + "Correct `owner:` or --state, or take them over with apply --takeover \(found)"
    case .otherUser(let path, let uid):
      "state \(path): belongs to the user with id \(uid). Run as that user, or give another --state"
    case .notAFile(let path):
      "state \(path): not a regular file. Give the path of a file with --state"
    case .inaccessible(let path, let reason):
      "state \(path): \(reason). Make it accessible, or give another path with --state"
    case .notWritable(let path, let reason):
      "state \(path): cannot be written (\(reason)). Make it writable; registrations that run go on"
    case .diskFull(let path):
      "state \(path): the disk is full. Free some space; registrations that run go on"
    case .busy(let path):
      "state \(path): another process keeps it busy. Try again"
    case .locked(_, let holder):
      "locked by \(holder). Wait for it to end, or stop it"
    case .leaseLost(let path, let holder):
      "state \(path): the lease was lost\(holder.map { " to \($0)" } ?? ""). Start again"
    }
  }
}
