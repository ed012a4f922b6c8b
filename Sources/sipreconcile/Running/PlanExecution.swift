import Agent
import Reconcile
import SIP
import StateStore

/// Carries a plan out, shows how it comes along, and writes the report.
struct PlanExecution: Sendable {
  let run: CommandRun
  let made: MadePlan
  let credentials: AccountCredentials
  let store: StateStore
  let lock: StateLock?
  let engine: EngineSlot
  var seed: UInt64?
  /// False: what cannot go now, for a server asked to be left alone, is given up.
  var waits = true
  /// What the plan was made from, for the history.
  var source: String?

  /// How the run was brought to its end.
  private enum Ending: Sendable {
    case ended(Result<Report, CommandFailure>)
    case leaseLost(CommandFailure)
    case quiet
  }

  func carryOut() async throws(CommandFailure) -> (end: CommandEnd, report: Report) {
    try run.stop.beginCarryingOut()
    let reconciler = Reconciler(
      engine: try await engine.get(),
      ledger: store,
      clock: run.surroundings.clock,
      seed: seed
    )
    let progress = ProgressObserver(
      ProgressDisplay(
        changes: made.plan.changes,
        columns: run.console.columns,
        palette: run.output.errorPalette
      ),
      run
    )
    var record = try begin()
    let report = try await race(reconciler, progress)
    progress.finish()
    try end(&record, report)
    let document = ReportDocument(report)
    run.output.report(document)
    if case .interrupted = run.stop.cause {
      run.output.note(.warning, "interrupted; the state is written, and the next apply does what is left")
    }
    return (CommandEnd(verdict(document.summary), summary: document.summary), report)
  }

  private func race(
    _ reconciler: Reconciler,
    _ progress: ProgressObserver
  ) async throws(CommandFailure) -> Report {
    let work = reconciliation()
    let timeLimit = run.stop.deadline.map { $0 - run.surroundings.clock.now }
    let ending = await withTaskGroup(of: Ending.self) { group -> Result<Report, CommandFailure> in
      group.addTask {
        do throws(LedgerError) {
          return .ended(
            .success(
              try await reconciler.carryOut(work, timeLimit: timeLimit, waits: waits, observer: progress)
            )
          )
        } catch {
          return .ended(.failure(CommandFailure(error)))
        }
      }
      if let lease = lock.map({ Lease(lock: $0, surroundings: run.surroundings) }) {
        group.addTask { await lease.keep().map { .leaseLost($0) } ?? .quiet }
      }
      for await ending in group {
        switch ending {
        case .quiet: continue
        // Another process acts for this owner now: nothing more may be sent or written.
        case .leaseLost(let failure):
          group.cancelAll()
          return .failure(failure)
        case .ended(let result):
          group.cancelAll()
          return result
        }
      }
      return .success(Report(planDigest: work.plan.digest))
    }
    return try ending.get()
  }

  private func reconciliation() -> Reconciliation {
    let credentials = credentials
    return Reconciliation(
      plan: made.plan,
      desired: made.desired,
      observed: made.observed,
      secretFingerprints: made.fingerprints,
      credentials: { credentials.credentials(of: $0) }
    )
  }

  private func begin() throws(CommandFailure) -> RunRecord {
    do throws(StateError) {
      return try store.record(
        RunRecord(startedAt: run.surroundings.clock.time, digest: made.plan.digest, source: source)
      )
    } catch {
      throw CommandFailure(error)
    }
  }

  private func end(_ record: inout RunRecord, _ report: Report) throws(CommandFailure) {
    record.end(with: report, at: run.surroundings.clock.time)
    do throws(StateError) {
      record = try store.record(record)
    } catch {
      throw CommandFailure(error)
    }
  }

  private func verdict(_ summary: ReportDocument.Summary) -> ExitStatus {
    if let cause = run.stop.cause { return cause.status }
    if summary.isComplete { return made.plan.unknown.isEmpty ? .done : .someFailed }
    let isLate = run.stop.deadline.map { run.surroundings.clock.now >= $0 } ?? false
    return isLate ? .timedOut : .someFailed
  }
}
