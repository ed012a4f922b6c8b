/// Asks again and again, every 5 ms unless told otherwise, until there is an answer; throws at the deadline.
public func eventually<Result>(
  _ what: String,
  within limit: Duration = .seconds(20),
  every pause: Duration = .milliseconds(5),
  _ probe: () async throws -> Result?
) async throws -> Result {
  let deadline = ContinuousClock.now + limit
  while true {
    if let result = try await probe() { return result }
    guard ContinuousClock.now < deadline else { throw SupportError.timedOut(what) }
    try await Task.sleep(for: pause)
  }
}
