import Agent
import Synchronization

/// What a test does while a watch runs: once a text was written it acts, and then tells the watch to stop.
struct Watching: Sendable {
  var until: String
  var action: @Sendable () async -> Void = {}
  var stop = AgentSignal.stop(.terminated)
  /// A second text, and the signal that then comes.
  var andThen: (until: String, signal: AgentSignal)?
}

/// Waits for the text, once.
final class WatchingTrigger: Sendable {
  private let watching: Watching
  private let signals: AsyncStream<AgentSignal>.Continuation
  private let isOver = Mutex(false)
  private let isOverThen = Mutex(false)

  init(_ watching: Watching, _ signals: AsyncStream<AgentSignal>.Continuation) {
    self.watching = watching
    self.signals = signals
  }

  func saw(_ text: String) {
    if let then = watching.andThen, text.contains(then.until),
      isOverThen.withLock({ isOver in
        defer { isOver = true }
        return !isOver
      })
    {
      signals.yield(then.signal)
    }
    let isFirst = isOver.withLock { isOver in
      guard !isOver, text.contains(watching.until) else { return false }
      isOver = true
      return true
    }
    guard isFirst else { return }
    Task { [watching, signals] in
      await watching.action()
      signals.yield(watching.stop)
    }
  }
}
