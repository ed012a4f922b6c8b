import Synchronization

@testable import sipreconcile

/// A signal that comes once a text was written.
struct Interrupting: Sendable {
  var signal: Interruption
  /// Empty: with the first output.
  var after: String

  static let interruptAtOnce = Interrupting(signal: .interrupt, after: "")
  static let terminateAtOnce = Interrupting(signal: .terminate, after: "")
}

/// Waits for the text, once.
final class InterruptingTrigger: Sendable {
  private let interrupting: Interrupting
  private let signals: AsyncStream<Interruption>.Continuation
  private let isOver = Mutex(false)

  init(_ interrupting: Interrupting, _ signals: AsyncStream<Interruption>.Continuation) {
    self.interrupting = interrupting
    self.signals = signals
  }

  func saw(_ text: String) {
    let isFirst = isOver.withLock { isOver in
      guard !isOver, interrupting.after.isEmpty || text.contains(interrupting.after) else { return false }
      isOver = true
      return true
    }
    if isFirst { signals.yield(interrupting.signal) }
  }
}
