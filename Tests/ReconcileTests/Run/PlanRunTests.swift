import SIP
import Testing

@testable import Reconcile

@Suite struct PlanRunTests {
  let t0 = Instant(nanoseconds: 0)

  func change(_ name: String, _ action: Change.Action = .register, after: [AccountID] = []) -> Change {
    var change = Change(account: AccountID(name), action: action, cause: Cause(.config), steps: [.register])
    if action == .unregister { change.steps = [.unregister(callID: name)] }
    change.after = after
    return change
  }

  func begins(_ actions: [PlanRun.Action]) -> [StepRef] {
    actions.flatMap { if case .begin(let refs) = $0 { refs } else { [StepRef]() } }
  }

  func outcomes(_ actions: [PlanRun.Action]) -> [Outcome] {
    actions.compactMap { if case .ended(let outcome) = $0 { outcome } else { nil } }
  }

  @Test func anEmptyPlanFinishesAtOnce() {
    var run = PlanRun(Plan(owner: "office"))
    #expect(run.start(at: t0) == [.finished(Report(planDigest: ""))])
    #expect(run.cancel(at: t0) == [])
  }

  @Test("REC-03 REC-04 a step begins when all it waits for are done")
  func aStepBeginsWhenAllItWaitsForAreDone() {
    let plan = Plan(
      owner: "office",
      changes: [change("a"), change("b"), change("c", after: ["a", "b"])]
    )
    var run = PlanRun(plan)
    #expect(begins(run.start(at: t0)) == [StepRef(change: 0, step: 0), StepRef(change: 1, step: 0)])
    #expect(begins(run.stepEnded(StepRef(change: 0, step: 0), with: .done, at: t0)) == [])
    let actions = run.stepEnded(StepRef(change: 1, step: 0), with: .done, at: t0 + .seconds(2))
    #expect(begins(actions) == [StepRef(change: 2, step: 0)])
    #expect(outcomes(actions).map(\.duration) == [.seconds(2)])
  }

  @Test func aResultOfAStepThatDoesNotRunIsIgnored() {
    var run = PlanRun(Plan(owner: "office", changes: [change("a"), change("b", after: ["a"])]))
    _ = run.start(at: t0)
    #expect(run.stepEnded(StepRef(change: 1, step: 0), with: .done, at: t0) == [])
    #expect(run.stepEnded(StepRef(change: 7, step: 0), with: .done, at: t0) == [])
    _ = run.stepEnded(StepRef(change: 0, step: 0), with: .done, at: t0)
    #expect(run.stepEnded(StepRef(change: 0, step: 0), with: .done, at: t0) == [])
  }

  @Test("a master gives up its old binding only once its dependents have followed")
  func aMasterGivesUpItsOldBindingLast() {
    var master = change("m", .move)
    master.steps = [.register, .unregister(callID: "old")]
    let plan = Plan(owner: "office", changes: [master, change("d", .follow, after: ["m"])])
    var run = PlanRun(plan)
    _ = run.start(at: t0)
    let moved = run.stepEnded(StepRef(change: 0, step: 0), with: .done, at: t0)
    #expect(begins(moved) == [StepRef(change: 1, step: 0)])
    let followed = run.stepEnded(StepRef(change: 1, step: 0), with: .done, at: t0)
    #expect(begins(followed) == [StepRef(change: 0, step: 1)])
  }

  @Test("a dependent that cannot follow keeps its master's old binding in place")
  func aDependentThatCannotFollowKeepsTheOldBinding() {
    var master = change("m", .move)
    master.steps = [.register, .unregister(callID: "old")]
    let plan = Plan(owner: "office", changes: [master, change("d", .follow, after: ["m"])])
    var run = PlanRun(plan)
    _ = run.start(at: t0)
    _ = run.stepEnded(StepRef(change: 0, step: 0), with: .done, at: t0)
    let failure = StepResult(failure: .refused, code: 403, reason: "Forbidden")
    let ended = outcomes(run.stepEnded(StepRef(change: 1, step: 0), with: failure, at: t0))
    #expect(ended.map(\.kind) == [.failed, .blocked])
    #expect(ended.map(\.blockedBy) == [[], ["d"]])
  }

  @Test("REC-62 at the time limit what runs has failed and the rest was not started")
  func atTheTimeLimitTheRunEnds() {
    var run = PlanRun(Plan(owner: "office", changes: [change("a"), change("b", after: ["a"])]))
    _ = run.start(at: t0)
    let actions = run.deadlinePassed(at: t0 + .seconds(9))
    #expect(outcomes(actions).map(\.kind) == [.failed, .notStarted])
    guard case .finished(let report)? = actions.last else {
      Issue.record("the run did not finish")
      return
    }
    #expect(report.outcomes.count == 2)
    #expect(run.stepEnded(StepRef(change: 0, step: 0), with: .done, at: t0) == [])
  }

  @Test("REC-53 a shutdown goes on with a master whose dependent could not be unregistered")
  func aShutdownGoesOn() {
    var run = PlanRun(removal, isLeaving: true)
    #expect(begins(run.start(at: t0)) == [StepRef(change: 0, step: 0)])
    let failure = StepResult(failure: .timeout, reason: "no answer")
    let failed = run.stepEnded(StepRef(change: 0, step: 0), with: failure, at: t0)
    #expect(outcomes(failed).map(\.kind) == [.failed])
    #expect(begins(failed) == [StepRef(change: 1, step: 0)])
    #expect(outcomes(run.stepEnded(StepRef(change: 1, step: 0), with: .done, at: t0)).map(\.kind) == [.done])
  }

  @Test("REC-53 once its dependents have had their time a master is let go beside them")
  func aMasterIsLetGo() {
    var run = PlanRun(removal, isLeaving: true)
    _ = run.start(at: t0)
    #expect(begins(run.release(throughWave: 1, at: t0)) == [])
    #expect(begins(run.release(throughWave: 2, at: t0)) == [StepRef(change: 1, step: 0)])
    #expect(outcomes(run.stepEnded(StepRef(change: 0, step: 0), with: .done, at: t0)).map(\.kind) == [.done])
    let last = run.stepEnded(StepRef(change: 1, step: 0), with: .done, at: t0)
    #expect(outcomes(last).map(\.kind) == [.done] && begins(last) == [])
  }

  /// A dependent, and then its master.
  private var removal: Plan {
    var master = change("m", .unregister, after: ["d"])
    master.wave = 2
    return Plan(owner: "office", changes: [change("d", .unregister), master])
  }

  @Test func registrationsThatDependOnEachOtherAreRemovedAllTheSame() {
    let plan = Plan(
      owner: "office",
      changes: [change("a", .unregister, after: ["b"]), change("b", .unregister, after: ["a"])]
    )
    var run = PlanRun(plan)
    #expect(begins(run.start(at: t0)).count == 2)
  }

  @Test("a failure at the head of a long chain blocks all of it at once")
  func aFailureBlocksALongChainAtOnce() {
    var changes: [Change] = []
    for index in 0..<200_000 {
      changes.append(change("a\(index)", after: index == 0 ? [] : [AccountID("a\(index - 1)")]))
    }
    var run = PlanRun(Plan(owner: "office", changes: changes))
    _ = run.start(at: t0)
    let failure = StepResult(failure: .refused, code: 403, reason: "Forbidden")
    let ended = outcomes(run.stepEnded(StepRef(change: 0, step: 0), with: failure, at: t0))
    #expect(ended.count == 200_000)
    #expect(ended.last?.blockedBy == ["a0", "a199998"])
  }
}
