public import SIP

/// Carries a plan out in order: the machine that releases steps and hears how they ended.
///
///     waiting ─▶ running ─▶ ended (done, failed)
///        │
///        └─▶ ended (blocked: what it waits for failed; notStarted: time limit or cancelled)
///
/// A change goes once those it waits for are done. If one of them fails, the change is blocked, with the
/// root cause, and so is all that waits for it; everything else goes on. What takes bindings away runs
/// last, and in the reverse order. Each event costs a constant time on average, however many changes.
public struct PlanRun: Sendable {
  public enum Action: Sendable, Equatable {
    /// These steps may go, all at once.
    case begin([StepRef])
    case ended(Outcome)
    /// Every change has ended; nothing follows.
    case finished(Report)
  }

  enum State: Sendable { case waiting, running, ended }

  let plan: Plan
  let graph: RunGraph
  /// True for a shutdown, which goes on where a removal would be held for good.
  let isLeaving: Bool
  var waits: [Int32]
  /// By node.
  var states: [State]
  var report: Report
  /// By change: what went wrong, once something did.
  var trouble: [Int: Trouble] = [:]
  /// By change: why its old binding must stay, if a dependent could not leave it.
  var held: [Int: Trouble] = [:]
  /// By change.
  var beganAt: [Instant?]
  var unended: Int
  var ready: [Int] = []
  var begins: [StepRef] = []
  var runningNodes = 0
  private(set) var hasFinished = false

  /// What went wrong with a change.
  struct Trouble: Sendable {
    var kind: Outcome.Kind
    var result: StepResult
    var blockedBy: [AccountID] = []
  }

  public init(_ plan: Plan, isLeaving: Bool = false) {
    self.plan = plan
    self.isLeaving = isLeaving
    graph = RunGraph(plan.changes)
    waits = graph.waits
    states = Array(repeating: .waiting, count: plan.changes.count * 2)
    unended = plan.changes.count
    beganAt = Array(repeating: nil, count: plan.changes.count)
    report = Report(planDigest: plan.digest)
    report.outcomes.reserveCapacity(plan.changes.count)
  }

  /// Releases all that waits for nothing.
  public mutating func start(at now: Instant) -> [Action] {
    var actions: [Action] = []
    ready = stride(from: 0, to: states.count, by: 1).filter { waits[$0] == 0 }
    release(at: now, into: &actions)
    return close(&actions)
  }

  /// Takes a step's result; one of a step that is not running is ignored.
  public mutating func stepEnded(_ ref: StepRef, with result: StepResult, at now: Instant) -> [Action] {
    stepsEnded([(ref, result)], at: now)
  }

  /// Takes many results at once, so that what they release begins together.
  public mutating func stepsEnded(_ results: [(StepRef, StepResult)], at now: Instant) -> [Action] {
    var actions: [Action] = []
    for (ref, result) in results where !hasFinished { take(result, of: ref, at: now, into: &actions) }
    release(at: now, into: &actions)
    return close(&actions)
  }

  /// Lets the removals of the first waves go, whatever they still wait for: the share of a shutdown's time
  /// that their dependents had is over.
  mutating func release(throughWave wave: Int, at now: Instant) -> [Action] {
    var actions: [Action] = []
    for change in plan.changes.indices where plan.changes[change].wave <= wave {
      if states[change * 2] == .ended, states[change * 2 + 1] == .waiting { ready.append(change * 2 + 1) }
    }
    release(at: now, into: &actions)
    return close(&actions)
  }

  /// The time limit: what runs has failed, and what did not start will not.
  ///
  /// - Parameters:
  ///   - unsent: changes that were released, of which nothing has been sent yet: they did not start.
  ///   - now: the time of the run's own clock.
  public mutating func deadlinePassed(unsent: Set<Int> = [], at now: Instant) -> [Action] {
    let running = StepResult(failure: .timeout, reason: "no answer within the time limit")
    return stop(running, notStarted: "not started within the time limit", unsent, at: now)
  }

  /// Ends the run early. What was sent may still take effect.
  ///
  /// - Parameters:
  ///   - unsent: changes that were released, of which nothing has been sent yet: they did not start.
  ///   - now: the time of the run's own clock.
  public mutating func cancel(unsent: Set<Int> = [], at now: Instant) -> [Action] {
    // Nobody is to blame: the answer might have come.
    let running = StepResult(reason: "interrupted before the answer came")
    return stop(running, notStarted: "interrupted", unsent, at: now)
  }

  private mutating func stop(
    _ running: StepResult,
    notStarted: String,
    _ unsent: Set<Int>,
    at now: Instant
  ) -> [Action] {
    var actions: [Action] = []
    guard !hasFinished else { return actions }
    for change in plan.changes.indices where states[change * 2 + 1] != .ended {
      let isReleased = states[change * 2] == .running || states[change * 2 + 1] == .running
      let isRunning = isReleased && !unsent.contains(change)
      if trouble[change] == nil {
        trouble[change] = stopped(change, isRunning: isRunning, running, notStarted)
      }
      states[change * 2] = .ended
      states[change * 2 + 1] = .ended
      conclude(change, at: now, into: &actions)
    }
    begins = []
    ready = []
    return close(&actions)
  }

  private func stopped(
    _ change: Int,
    isRunning: Bool,
    _ running: StepResult,
    _ notStarted: String
  ) -> Trouble {
    if isRunning { return Trouble(kind: .failed, result: running) }
    guard plan.changes[change].onlyUnregisters, !plan.changes[change].after.isEmpty else {
      return Trouble(kind: .notStarted, result: StepResult(reason: notStarted))
    }
    let holders = plan.changes[change].after
    let reason = "\(notStarted): \(holders[0]), which depends on it, was not unregistered"
    return Trouble(kind: .notStarted, result: StepResult(reason: reason), blockedBy: holders)
  }

  mutating func close(_ actions: inout [Action]) -> [Action] {
    if !begins.isEmpty {
      actions.append(.begin(begins))
      begins = []
    }
    if unended == 0, !hasFinished {
      hasFinished = true
      actions.append(.finished(report))
    }
    return actions
  }

  mutating func conclude(_ change: Int, at now: Instant, into actions: inout [Action]) {
    var outcome = Outcome(
      account: plan.changes[change].account,
      action: plan.changes[change].action,
      kind: .done
    )
    outcome.cause = plan.changes[change].cause
    if let began = beganAt[change] { outcome.duration = now - began }
    if let trouble = trouble[change] {
      outcome.kind = trouble.kind
      outcome.code = trouble.result.code
      outcome.reason = trouble.result.reason
      outcome.blockedBy = trouble.blockedBy
      outcome.lapsesAt = trouble.result.lapsesAt
      let isBlocked = trouble.kind == .blocked
      let result = isBlocked ? StepResult(failure: .blocked(by: trouble.blockedBy)) : trouble.result
      outcome.remedy = trouble.result.remedy ?? Remedy.text(for: result)
    }
    unended -= 1
    report.outcomes.append(outcome)
    actions.append(.ended(outcome))
  }
}
