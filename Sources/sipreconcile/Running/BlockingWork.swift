// A queue may be used from any thread; Dispatch on Linux does not say so yet.
@preconcurrency import Dispatch

/// Work that holds its thread, such as reading standard input or running a program for a secret.
enum BlockingWork {
  /// What the work gives; nil as soon as the task is cancelled, though the work itself goes on unheard.
  static func run<Value: Sendable>(_ work: @escaping @Sendable () -> Value) async -> Value? {
    let (results, sink) = AsyncStream<Value>.makeStream()
    DispatchQueue.global().async {
      sink.yield(work())
      sink.finish()
    }
    for await result in results { return result }
    return nil
  }
}
