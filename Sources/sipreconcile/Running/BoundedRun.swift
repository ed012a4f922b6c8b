import Reconcile
import SIP

/// Does the work of a command until it is done, a signal comes, or the time limit has passed.
///
/// The work is then cancelled, and waited for: what reads, asks or sends ends at once when it is cancelled.
/// A second signal ends the process without waiting.
struct BoundedRun: Sendable {
  let run: CommandRun
  var timeLimit: Duration?

  private enum Event<Value: Sendable>: Sendable {
    case ended(Result<Value, CommandFailure>)
    case stopped(StopCause)
    case quiet
  }

  func carryOut<Value: Sendable>(
    _ work: @escaping @Sendable () async throws(CommandFailure) -> Value
  ) async throws(CommandFailure) -> Value {
    let signals = run.surroundings.interruptions()
    let clock = run.surroundings.clock
    let deadline = timeLimit.map { clock.now + $0 }
    run.stop.setDeadline(deadline)
    let result = await withTaskGroup(of: Event<Value>.self) { group in
      group.addTask {
        do throws(CommandFailure) {
          return .ended(.success(try await work()))
        } catch {
          return .ended(.failure(error))
        }
      }
      group.addTask {
        for await signal in signals { return .stopped(.interrupted(signal)) }
        return .quiet
      }
      if let deadline, let timeLimit {
        group.addTask {
          do { try await clock.sleep(until: deadline) } catch { return .quiet }
          return .stopped(.timedOut(after: timeLimit))
        }
      }
      return await end(of: &group)
    }
    do {
      return try result.get()
    } catch {
      // What fails because it was cancelled is not the reason.
      if let cause = run.stop.cause, !run.stop.isCarryingOut { throw cause.failure }
      throw error
    }
  }

  private func end<Value: Sendable>(
    of group: inout TaskGroup<Event<Value>>
  ) async -> Result<Value, CommandFailure> {
    for await event in group {
      switch event {
      case .quiet: continue
      case .stopped(let cause): if run.stop.stop(because: cause) { group.cancelAll() }
      case .ended(let result):
        group.cancelAll()
        return result
      }
    }
    return .failure(CommandFailure(.failed, "the run ended by itself", rule: "run"))
  }
}
