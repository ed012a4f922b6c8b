import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A file or a stream to which texts are appended.
final class FileSink: Sendable {
  private let descriptor: CInt
  private let onLoss: @Sendable (_ reason: String) -> Void
  private let loss = Mutex(false)

  /// A new file, readable by its owner only, which takes the place of one that exists. Nil where it cannot be
  /// written; `errno` says why.
  convenience init?(path: String, onLoss: @escaping @Sendable (_ reason: String) -> Void) {
    let descriptor = open(path, O_CREAT | O_WRONLY | O_TRUNC | O_CLOEXEC, 0o600)
    if descriptor < 0 { return nil }
    self.init(descriptor, onLoss: onLoss)
  }

  /// What is open already. All but the standard streams is closed in the end.
  /// - Parameter onLoss: told once, of the first text that could not be written whole. A reader that has gone
  ///   away, as `head` does, wants no more: that is no loss.
  init(_ descriptor: CInt, onLoss: @escaping @Sendable (_ reason: String) -> Void) {
    self.descriptor = descriptor
    self.onLoss = onLoss
  }

  deinit { if descriptor > 2 { close(descriptor) } }

  /// True once a text could not be written whole.
  var hasLost: Bool { loss.withLock { $0 } }

  /// Writes all of the text; what cannot be written is dropped.
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
          if errno != EPIPE { lose(errno) }
          return
        }
        rest = UnsafeRawBufferPointer(rebasing: rest[count...])
      }
    }
  }

  private func lose(_ code: CInt) {
    let isFirst = loss.withLock { hasLost in
      defer { hasLost = true }
      return !hasLost
    }
    if isFirst { onLoss(String(cString: strerror(code))) }
  }
}
