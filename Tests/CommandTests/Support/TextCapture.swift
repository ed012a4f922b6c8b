import Synchronization

/// Keeps what is written.
final class TextCapture: Sendable {
  private let text = Mutex("")

  var written: String { text.withLock { $0 } }

  func write(_ more: String) { text.withLock { $0 += more } }
}
