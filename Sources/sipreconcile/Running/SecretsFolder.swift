import Importing
import SIP

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A folder for secrets, each in a file of its own that only its owner can read.
struct SecretsFolder {
  private let path: String

  init(path: String, _ surroundings: Surroundings) {
    self.path = surroundings.absolute(path)
  }

  /// Writes the secrets that have a value. A file that exists is never overwritten: then nothing is written.
  func write(_ secrets: [ImportedSecret]) throws(CommandFailure) {
    if mkdir(path, 0o700) != 0, errno != EEXIST { throw failure("cannot be made", path) }
    for secret in secrets where secret.value != nil {
      let file = "\(path)/\(secret.name)"
      if access(file, F_OK) == 0 {
        throw CommandFailure(
          .failed,
          "`\(file)` exists already and is not overwritten; remove it, or name another folder",
          rule: "secrets"
        )
      }
    }
    for secret in secrets {
      guard let value = secret.value else { continue }
      try write(value, to: "\(path)/\(secret.name)")
    }
  }

  private func write(_ secret: Secret, to file: String) throws(CommandFailure) {
    let descriptor = open(file, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw failure("cannot be written", file) }
    defer { close(descriptor) }
    let isWritten = secret.withBytes { bytes in
      bytes.withUnsafeBytes { buffer in
        var rest = buffer[...]
        while !rest.isEmpty {
          let count = systemWrite(descriptor, UnsafeRawBufferPointer(rebasing: rest))
          if count < 0, errno == EINTR { continue }
          guard count > 0 else { return false }
          rest = rest.dropFirst(count)
        }
        return true
      }
    }
    guard isWritten else { throw failure("cannot be written", file) }
  }

  private func systemWrite(_ descriptor: CInt, _ bytes: UnsafeRawBufferPointer) -> Int {
    #if canImport(Glibc)
      Glibc.write(descriptor, bytes.baseAddress, bytes.count)
    #else
      Darwin.write(descriptor, bytes.baseAddress, bytes.count)
    #endif
  }

  private func failure(_ what: String, _ path: String) -> CommandFailure {
    CommandFailure(.failed, "`\(path)` \(what): \(String(cString: strerror(errno)))", rule: "secrets")
  }
}
