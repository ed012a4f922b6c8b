import Agent
// A dispatch source may be cancelled from any thread; Dispatch on Linux does not say so yet.
@preconcurrency import Dispatch

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The signals of the process, as streams.
enum ProcessSignals {
  /// SIGINT and SIGTERM, from the call on. The second one ends the process at once.
  static func interruptions() -> AsyncStream<Interruption> {
    stream([(SIGINT, .interrupt), (SIGTERM, .terminate)]) { count, interruption in
      guard count > 1 else { return }
      HiddenLine.showAgain()
      _exit(interruption.status.rawValue)
    }
  }

  /// What a resident agent listens to, from the call on; it decides itself what a second stop means.
  static func agentSignals() -> AsyncStream<AgentSignal> {
    stream([(SIGHUP, .reload), (SIGINT, .stop(.interrupted)), (SIGTERM, .stop(.terminated))]) { _, _ in }
  }

  /// SIGUSR1, from the call on.
  static func listRequests() -> AsyncStream<Void> { stream([(SIGUSR1, ())]) { _, _ in } }

  private static func stream<Element: Sendable>(
    _ signals: [(number: CInt, element: Element)],
    seen: @escaping @Sendable (Int, Element) -> Void
  ) -> AsyncStream<Element> {
    let (stream, continuation) = AsyncStream<Element>.makeStream()
    let queue = DispatchQueue(label: "sipreconcile.signals")
    let count = SignalCount()
    let registrations = DispatchGroup()
    let sources = signals.map { entry in
      #if canImport(Darwin)
        // Elsewhere the source installs a handler of its own; until then the signal ends the process.
        signal(entry.number, SIG_IGN)
      #endif
      let source = DispatchSource.makeSignalSource(signal: entry.number, queue: queue)
      source.setEventHandler {
        seen(count.next(), entry.element)
        continuation.yield(entry.element)
      }
      registrations.enter()
      source.setRegistrationHandler { registrations.leave() }
      source.resume()
      return source
    }
    // A source listens a moment after it was resumed: a signal before that would end the process.
    registrations.wait()
    continuation.onTermination = { _ in for source in sources { source.cancel() } }
    return stream
  }
}
