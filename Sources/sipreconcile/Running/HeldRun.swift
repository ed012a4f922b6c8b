import Reconcile
import SIP
import StateStore

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Runs another program while we hold a state, so that nobody else acts for its owner.
struct HeldRun: Sendable {
  let run: CommandRun
  let statePath: String
  let owner: String
  /// Its name or path, and its arguments.
  let program: [String]

  private enum Event: Sendable {
    case ended(Int32)
    case signalled(Interruption)
    case leaseLost(CommandFailure)
    case quiet
  }

  static let retryInterval = Duration.milliseconds(100)

  func carryOut(waiting limit: Duration) async throws(CommandFailure) -> CommandEnd {
    let signals = run.surroundings.interruptions()
    let lock = try await acquire(within: limit)
    defer { lock.release() }
    return try await runProgram(holding: lock, signals)
  }

  private func acquire(within limit: Duration) async throws(CommandFailure) -> StateLock {
    let clock = run.surroundings.clock
    let deadline = clock.now + limit
    while true {
      do throws(StateError) {
        let store = try StateStore.open(at: statePath, owner: owner, access: .readWrite)
        return try store.acquireLock(holder: .current(command: "lock", at: clock.time), at: clock.time)
      } catch {
        guard case .locked = error, clock.now < deadline else { throw CommandFailure(error) }
      }
      do { try await clock.sleep(until: min(deadline, clock.now + HeldRun.retryInterval)) } catch {
        throw CommandFailure(.interrupted, "interrupted", rule: "interrupted")
      }
    }
  }

  private func runProgram(
    holding lock: StateLock,
    _ signals: AsyncStream<Interruption>
  ) async throws(CommandFailure) -> CommandEnd {
    let spawned: SpawnedProgram
    do throws(SpawnFailure) {
      spawned = try SpawnedProgram(program)
    } catch {
      throw CommandFailure(.failed, "\(program[0]) cannot be run: \(error.reason)", rule: "lock")
    }
    let lease = Lease(lock: lock, surroundings: run.surroundings)
    let (status, cause) = await withTaskGroup(of: Event.self) { group in
      group.addTask { .ended(await spawned.status()) }
      group.addTask { await lease.keep().map { .leaseLost($0) } ?? .quiet }
      group.addTask { await next(of: signals) }
      var cause: CommandFailure?
      for await event in group {
        switch event {
        case .quiet: continue
        case .ended(let status):
          group.cancelAll()
          return (status, cause)
        case .signalled(let signal):
          cause = CommandFailure(signal.status, "interrupted, and \(program[0]) with it", rule: "interrupted")
          spawned.send(signal == .interrupt ? SIGINT : SIGTERM)
          group.addTask { await next(of: signals) }
        // Somebody else acts for this owner now: what relied on that nobody does is to end.
        case .leaseLost(let failure):
          cause = failure
          spawned.send(SIGTERM)
        }
      }
      return (0, cause)
    }
    if let cause { throw cause }
    guard status != 0 else { return .done }
    throw CommandFailure(.failed, "\(program[0]) ended with status \(status)", rule: "lock")
  }

  private func next(of signals: AsyncStream<Interruption>) async -> Event {
    for await signal in signals { return .signalled(signal) }
    return .quiet
  }
}
