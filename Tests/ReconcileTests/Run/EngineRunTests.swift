import Reconcile
import SIP
import Testing

@Suite struct EngineRunTests {
  private static let start = Instant(nanoseconds: 0)

  /// A run that registers that many accounts, and what it does first.
  private static func begun(_ count: Int) async -> (EngineRun, [EngineRun.Action]) {
    let world = World((0..<count).map { Account.named("a\($0)") })
    world.asks = false
    let observed = await world.observed()
    let work = Reconciliation(
      plan: await world.plan(),
      desired: world.desired,
      observed: observed,
      credentials: { _ in [] }
    )
    var run = EngineRun(work, startingAt: start, time: observed.at)
    var random = RandomSource(seed: 1)
    let actions = run.start(at: start, using: &random)
    return (run, actions)
  }

  private static func added(_ actions: [EngineRun.Action]) -> Int {
    actions.reduce(0) { sum, action in
      if case .add(let additions) = action { sum + additions.count } else { sum }
    }
  }

  private static func isGoOn(_ action: EngineRun.Action) -> Bool { action == .goOn }

  @Test func manyStepsBeginInBatchesSoThatTheFirstIsSentEarly() async {
    var (run, actions) = await Self.begun(2000)
    var random = RandomSource(seed: 1)
    #expect(Self.added(actions) == 256)
    #expect(actions.last == .goOn)
    var total = Self.added(actions)
    var turns = 1
    while actions.last == .goOn {
      actions = run.goOn(at: Self.start, using: &random)
      #expect(actions.filter(Self.isGoOn).count <= 1)
      total += Self.added(actions)
      turns += 1
    }
    #expect(total == 2000)
    #expect(turns == 3)
  }

  @Test func whatIsAddedIsInTheLedgerBefore() async {
    var (run, actions) = await Self.begun(600)
    var random = RandomSource(seed: 2)
    actions += run.goOn(at: Self.start, using: &random)
    var saved: Set<String> = []
    for action in actions {
      if case .write(let entries) = action {
        for case .save(let row) in entries { saved.insert(row.callID) }
      } else if case .add(let additions) = action {
        #expect(additions.allSatisfy { saved.contains($0.sequence.callID) })
      }
    }
    #expect(saved.count == 600)
  }

  @Test func whatStillWaitedDidNotStartWhenTheRunIsCancelled() async {
    var (run, _) = await Self.begun(600)
    var random = RandomSource(seed: 1)
    let actions = run.cancel(at: Self.start, using: &random)
    guard case .finished(let report)? = actions.last else {
      Issue.record("the run did not finish")
      return
    }
    #expect(report.outcomes.count == 600)
    #expect(report.outcomes.allSatisfy { $0.kind == .notStarted })
    #expect(run.goOn(at: Self.start, using: &random).isEmpty)
  }
}
