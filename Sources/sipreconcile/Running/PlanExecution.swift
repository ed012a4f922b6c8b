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
  var timeLimit: Duration?
  var seed: UInt64?
  /// What the plan was made from, for the history.
  var source: String?

  /// How the run was brought to its end.
  private enum Ending: Sendable {
    case ended(Result<Report, CommandFailure>)
    case interrupted(Interruption)
    case leaseLost(CommandFailure)
    case quiet
  }

  func carryOut() async throws(CommandFailure) -> CommandEnd {
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
    let start = run.surroundings.clock.now
    var record = try begin()
    let (report, interruption) = try await race(reconciler, progress)
    progress.finish()
    try end(&record, report)
    let document = ReportDocument(report)
    run.output.report(document)
    let isLate = timeLimit.map { run.surroundings.clock.now - start >= $0 } ?? false
    let status = verdict(document.summary, interruption, isLate: isLate)
    return CommandEnd(status, summary: document.summary)
  }

  private func race(
    _ reconciler: Reconciler,
    _ progress: ProgressObserver
  ) async throws(CommandFailure) -> (Report, Interruption?) {
    let work = reconciliation()
    let timeLimit = timeLimit
    let signals = run.surroundings.interruptions()
    let ending = await withTaskGroup(of: Ending.self) {
      group -> (Result<Report, CommandFailure>, Interruption?) in
      group.addTask {
        do throws(LedgerError) {
          return .ended(
            .success(try await reconciler.carryOut(work, timeLimit: timeLimit, observer: progress))
          )
        } catch {
          return .ended(.failure(CommandFailure(error)))
        }
      }
      group.addTask {
        for await signal in signals { return .interrupted(signal) }
        return .quiet
      }
      if let lease = lock.map({ Lease(lock: $0, surroundings: run.surroundings) }) {
        group.addTask { await lease.keep().map { .leaseLost($0) } ?? .quiet }
      }
      var interruption: Interruption?
      for await ending in group {
        switch ending {
        case .quiet: continue
        case .interrupted(let signal):
          interruption = signal
          group.cancelAll()
        // Another process acts for this owner now: nothing more may be sent or written.
        case .leaseLost(let failure):
          group.cancelAll()
          return (.failure(failure), interruption)
        case .ended(let result):
          group.cancelAll()
          return (result, interruption)
        }
      }
      return (.success(Report(planDigest: work.plan.digest)), interruption)
    }
    return (try ending.0.get(), ending.1)
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

  private func verdict(
    _ summary: ReportDocument.Summary,
    _ interruption: Interruption?,
    isLate: Bool
  ) -> ExitStatus {
    if let interruption { return interruption.status }
    let isComplete = summary.failed + summary.blocked + summary.notStarted == 0
    if isComplete { return made.plan.unknown.isEmpty ? .done : .someFailed }
    return isLate ? .timedOut : .someFailed
  }
}
