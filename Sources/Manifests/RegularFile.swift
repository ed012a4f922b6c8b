#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Which file of the machine it is: a file that is reached over two paths is one.
public struct FileIdentity: Sendable, Hashable {
  let device: UInt64
  let number: UInt64
}

/// The bytes of a regular file, read up to a limit.
///
/// Symbolic links are followed. A folder, a FIFO or a device is refused before a byte is read, so that none
/// can hang the program or never end.
struct RegularFile {
  enum Failure: Error, Hashable {
    /// With the system's words.
    case unreadable(String)
    case notRegular
    case tooLarge
  }

  let bytes: [UInt8]
  /// True if its group or others have any permission on it.
  let isExposed: Bool
  /// The file itself, under whatever path.
  let identity: FileIdentity

  init(path: String, limit: Int) throws(Failure) {
    let descriptor = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
    guard descriptor >= 0 else { throw .unreadable(RegularFile.reason()) }
    defer { _ = close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw .unreadable(RegularFile.reason()) }
    guard status.st_mode & S_IFMT == S_IFREG else { throw .notRegular }
    guard status.st_size <= limit else { throw .tooLarge }
    isExposed = status.st_mode & 0o077 != 0
    identity = FileIdentity(device: UInt64(bitPattern: Int64(status.st_dev)), number: UInt64(status.st_ino))
    bytes = try RegularFile.readAll(descriptor, expecting: Int(status.st_size), limit: limit)
  }

  /// Reads a descriptor to its end.
  static func readAll(_ descriptor: Int32, expecting size: Int, limit: Int) throws(Failure) -> [UInt8] {
    var bytes: [UInt8] = []
    var chunk = max(size + 1, 65_536)
    while true {
      let start = bytes.count
      var failure: String?
      let part = [UInt8](unsafeUninitializedCapacity: chunk) { buffer, count in
        HugePages.advise(buffer)
        var result = read(descriptor, buffer.baseAddress, chunk)
        while result < 0, errno == EINTR { result = read(descriptor, buffer.baseAddress, chunk) }
        if result < 0 { failure = reason() }
        count = max(result, 0)
      }
      if let failure { throw .unreadable(failure) }
      if part.isEmpty { return bytes }
      if start == 0 { bytes = part } else { bytes += part }
      guard bytes.count <= limit else { throw .tooLarge }
      chunk = 65_536
    }
  }

  /// The system's words for the last error.
  static func reason() -> String { String(cString: strerror(errno)) }
}
