/// Waits for a value, and no longer than it may take.
enum TimeLimit {
  /// Nil where the time is over or the task is cancelled; what is waited for is cancelled then.
  static func wait<Value: Sendable>(
    _ limit: Duration,
    for value: @escaping @Sendable () async -> Value?
  ) async -> Value? {
    await withTaskGroup(of: Value?.self) { group in
      group.addTask { await value() }
      group.addTask {
        // Cancelled or over: either way there is nothing more to wait for.
        do { try await Task.sleep(for: limit) } catch { return nil }
        return nil
      }
      let first = await group.next() ?? nil
      group.cancelAll()
      return first
    }
  }
}
