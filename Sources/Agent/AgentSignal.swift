import Dispatch

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// What a person or the system tells an agent.
public enum AgentSignal: Sendable, Hashable {
  /// Read the files now (SIGHUP).
  case reload
  /// Stop in order; a second one leaves at once.
  case stop(StopCause)

  /// Which signal it was.
  public enum StopCause: Sendable, Hashable { case interrupted, terminated }
}

/// The signals of the process, for as long as this is kept.
public final class SystemSignals: Sendable {
  public let stream: AsyncStream<AgentSignal>
  // A dispatch source may be used from any thread; only the overlay of this platform does not say so.
  nonisolated(unsafe) private let sources: [any DispatchSourceSignal]

  public init() {
    let (stream, sink) = AsyncStream<AgentSignal>.makeStream(bufferingPolicy: .bufferingNewest(8))
    self.stream = stream
    let queue = DispatchQueue(label: "sipreconcile.signals")
    let meanings: [(CInt, AgentSignal)] = [
      (SIGHUP, .reload), (SIGINT, .stop(.interrupted)), (SIGTERM, .stop(.terminated)),
    ]
    sources = meanings.map { number, meaning in
      // Else the signal's default action would end the process before the source is asked.
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
      source.setEventHandler { sink.yield(meaning) }
      source.activate()
      return source
    }
  }

  deinit { for source in sources { source.cancel() } }
}
