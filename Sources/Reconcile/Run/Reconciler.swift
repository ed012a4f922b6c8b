/// Carries plans out on an engine: the whole line from desired and observed to a report.
///
///     let plan = Planner(options: options).plan(desired: desired, observed: observed)
///     let report = try await reconciler.carryOut(Reconciliation(plan: plan, …))
///
/// Before anything is sent the ledger knows of it, and it is told what came of it in large batches. The
/// engine's events are consumed while a run lasts, and their stream ends with it: an agent that goes on
/// listening drives an `EngineRun` from its own loop.
public struct Reconciler: Sendable {
  public let engine: any RegistrationEngine
  public let ledger: any RegistrationLedger
  public let clock: any RunClock
  /// Makes Call-IDs repeatable; nil takes them from the system's randomness.
  public let seed: UInt64?

  public init(
    engine: any RegistrationEngine,
    ledger: any RegistrationLedger,
    clock: any RunClock,
    seed: UInt64? = nil
  ) {
    self.engine = engine
    self.ledger = ledger
    self.clock = clock
    self.seed = seed
  }

  /// Carries a plan out, and returns when every change has ended or the time limit has passed.
  ///
  /// Where it does not wait, an account whose server asked to be left alone is reported as not started.
  ///
  /// A plan with refusals does nothing: each of its changes is reported as not started. If the task is
  /// cancelled, what was sent is reported as failed and the rest as not started.
  public func carryOut(
    _ work: Reconciliation,
    timeLimit: Duration? = nil,
    waits: Bool = true,
    observer: (any RunObserver)? = nil
  ) async throws(LedgerError) -> Report {
    guard work.plan.refusals.isEmpty else { return Reconciler.refusedReport(of: work.plan) }
    if work.plan.isEmpty && !work.holdsUnchanged { return Report(planDigest: work.plan.digest) }
    var work = work
    if work.ownAddress == nil { work.ownAddress = await engine.ownAddress }
    let loop = RunLoop(reconciler: self, work: work, waits: waits, observer: observer)
    return try await loop.run(timeLimit: timeLimit)
  }

  private static func refusedReport(of plan: Plan) -> Report {
    let reason = plan.refusals[0].message
    return Report(
      planDigest: plan.digest,
      outcomes: plan.changes.map {
        Outcome(account: $0.account, action: $0.action, kind: .notStarted, reason: reason)
      }
    )
  }
}
