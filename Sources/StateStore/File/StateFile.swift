#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The state's file on the disk: its folder, its permissions, and what must be true before it is opened.
struct StateFile {
  let path: String

  /// What a look at the path found.
  enum Presence: Equatable { case missing, empty, filled }

  /// Where SQLite keeps what is not yet in the file; it exists while a process has the state open.
  var logPath: String { path + "-wal" }

  /// Creates the folder (0700) and an empty file (0600) where they are missing, and closes an existing file
  /// of ours to others.
  func prepareForWriting() throws(StateError) -> Presence {
    if try presence() == .missing {
      try createFolders()
      let descriptor = open(path, O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0o600)
      if descriptor >= 0 {
        close(descriptor)
        return .empty
      }
      guard errno == EEXIST else { throw failure() }
    }
    try restrictAccess()
    return try presence()
  }

  /// Looks at the path without touching it; what is there and cannot be a state is an error.
  func presence() throws(StateError) -> Presence {
    var status = stat()
    guard stat(path, &status) == 0 else {
      guard errno == ENOENT else { throw failure() }
      return .missing
    }
    guard status.st_mode & S_IFMT == S_IFREG else { throw .notAFile(path: path) }
    // SQLite would not say why.
    guard access(path, R_OK) == 0 else { throw failure() }
    // SQLite takes what is shorter than its header for an empty file.
    if (1..<100).contains(status.st_size) { throw .damaged(path: path, detail: "cut off") }
    return status.st_size == 0 ? .empty : .filled
  }

  /// True while the file's log exists: a process has the state open, or one died with it open.
  func hasLog() -> Bool { access(logPath, F_OK) == 0 }

  private func restrictAccess() throws(StateError) {
    var status = stat()
    guard stat(path, &status) == 0 else { throw failure() }
    guard status.st_mode & S_IFMT == S_IFREG else { throw .notAFile(path: path) }
    // Root too: a log that it creates would shut the file's user out.
    guard status.st_uid == geteuid() else { throw .otherUser(path: path, uid: status.st_uid) }
    if status.st_mode & 0o077 != 0, chmod(path, 0o600) != 0 { throw failure() }
  }

  private func createFolders() throws(StateError) {
    let parts = path.split(separator: "/", omittingEmptySubsequences: false).dropLast()
    var folder = ""
    for (position, part) in parts.enumerated() {
      folder += position == 0 ? String(part) : "/" + part
      if folder.isEmpty || part.isEmpty { continue }
      if mkdir(folder, 0o700) != 0, errno != EEXIST { throw failure() }
    }
  }

  private func failure() -> StateError { StateError(errno: errno, path: path) }
}
