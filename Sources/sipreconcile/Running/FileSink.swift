#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A file, readable by its owner only, to which texts are appended.
final class FileSink: Sendable {
  private let descriptor: CInt

  /// Nil where the file cannot be written.
  init?(path: String) {
    descriptor = open(path, O_CREAT | O_WRONLY | O_TRUNC | O_CLOEXEC, 0o600)
    if descriptor < 0 { return nil }
  }

  /// For one of the standard streams, which stays open.
  init(standard descriptor: CInt) { self.descriptor = descriptor }

  deinit { if descriptor > 2 { close(descriptor) } }

  /// Writes all of the text; what can no longer be written, as after a closed pipe, is dropped.
  func write(_ text: String) {
    var text = text
    text.withUTF8 { bytes in
      var rest = UnsafeRawBufferPointer(bytes)
      while let base = rest.baseAddress, !rest.isEmpty {
        #if canImport(Glibc)
          let count = Glibc.write(descriptor, base, rest.count)
        #else
          let count = Darwin.write(descriptor, base, rest.count)
        #endif
        if count < 0 {
          if errno == EINTR || errno == EAGAIN { continue }
          return
        }
        rest = UnsafeRawBufferPointer(rebasing: rest[count...])
      }
    }
  }
}
