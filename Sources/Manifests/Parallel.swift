import Dispatch

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Work that all processors share, each with a part of its own.
enum Parallel {
  /// More threads would only wait for memory.
  private static let mostThreads = 8

  /// How many threads are of use for work that falls into so many parts; at least one.
  static func threads(for parts: Int) -> Int {
    max(1, min(parts, sysconf(CInt(_SC_NPROCESSORS_ONLN)), mostThreads))
  }

  /// Runs the body for each thread's part of `0..<count`, in any order and at the same time, and waits for all.
  ///
  /// - Parameter smallest: fewer than this are not worth another thread.
  static func forEachPart(
    of count: Int,
    smallest: Int,
    _ body: @Sendable (_ part: Int, _ range: Range<Int>) -> Void
  ) {
    let threads = threads(for: count / smallest)
    let size = (count + threads - 1) / threads
    guard threads > 1 else { return body(0, 0..<count) }
    DispatchQueue.concurrentPerform(iterations: threads) { part in
      let start = min(part * size, count)
      body(part, start..<min(start + size, count))
    }
  }
}
