import EngineScripted
import Foundation
import Reconcile
import SIP
import StateStore
import Synchronization
import TestSupport
import Testing

@testable import Agent

@Suite(.timeLimit(.minutes(4))) struct AgentRequestTests {
  @Test func aRefreshIsOneRegisterOfThatAccountAndIsReported() async throws {
    let world = try AgentWorld([.named("m"), .named("d", on: "m")])
    try await world.run { hand in
      try await hand.finished(1)
      let answers = try await hand.run { $0.refresh = ["m"] }
      #expect(answers.first?.plan?.changes.map(\.cause.kind) == [.requested])
      #expect(answers.compactMap { $0.outcome?.account } == ["m"])
      #expect(answers.last?.report?.summary.done == 1)
    }
    #expect(await world.wire() == ["+ m", "+ d", "+ m"])
  }

  @Test func aRefreshTriesAFailedAccountNow() async throws {
    let world = try AgentWorld([.named("a"), .named("b")])
    await world.engine.answer("a", with: .refuse(503, "No"))
    try await world.run { hand in
      try await hand.finished(1)
      let answers = try await hand.run { $0.refresh = ["a"] }
      #expect(answers.last?.report?.summary.done == 1)
      #expect(await world.engine.bindings(of: .named("a")).count == 1)
    }
    #expect(await world.wire() == ["+ a", "+ b", "+ a"])
  }

  @Test func anApplyPassesTheRailsThatItsOptionsAcknowledge() async throws {
    let accounts = (0..<6).map { Account.named("n\($0)") }
    let world = try AgentWorld(accounts)
    try await world.run { hand in
      try await hand.finished(1)
      hand.declare([accounts[0]])
      try await hand.until("a refusal") {
        world.notices.all.contains { if case .refused = $0 { true } else { false } }
      }
      let digest = await world.source.load().digest
      let refused = try await hand.run { $0.files = digest }
      #expect(refused.first?.plan?.refusals.map(\.option) == ["--allow-unregister 5"])
      #expect(refused.last?.problem?.kind == .refused)
      let answers = try await hand.run {
        $0.files = digest
        $0.allowUnregister = 5
      }
      #expect(answers.last?.report?.summary.done == 5)
      #expect(try await hand.status().agent?.refusals.isEmpty == true)
    }
    #expect(try world.rows().map(\.account.id) == ["n0"])
  }

  @Test func anApplyAsksRegistrarsAndRepairsWhatIsGone() async throws {
    let world = try AgentWorld([.named("a"), .named("b")])
    try await world.run { hand in
      try await hand.finished(1)
      await world.engine.setBindings([], of: .named("a"))
      let answers = try await hand.run { $0.asksRegistrars = true }
      #expect(answers.first?.plan?.changes.map(\.action) == [.repair])
      #expect(answers.last?.report?.summary.done == 1)
      let again = try await hand.run { $0.asksRegistrars = true }
      #expect(again.last?.report?.outcomes.isEmpty == true)
    }
  }

  @Test func anotherPlanThanExpectedAndOtherFilesChangeNothing() async throws {
    let world = try AgentWorld([.named("a")])
    try await world.run { hand in
      try await hand.finished(1)
      let others = try await hand.run { $0.files = "others" }
      #expect(others.map { $0.problem?.kind } == [.otherFiles])
      let unexpected = try await hand.run {
        $0.refresh = ["a"]
        $0.expect = "0000"
      }
      #expect(unexpected.count == 2 && unexpected.last?.problem?.kind == .unexpected)
      world.source.breakFiles()
      let broken = try await hand.run { $0.files = "any" }
      #expect(broken.last?.problem?.message == "the watch cannot read its files: broken")
    }
    #expect(await world.wire() == ["+ a"])
  }

  @Test func aRequestThatWaitsWhenTheAgentEndsIsToldSo() async throws {
    let world = try AgentWorld([.named("a")])
    await world.engine.hold("a")
    let answers = AnswersBox()
    try await world.run { hand in
      try await hand.until("a REGISTER") { await !world.engine.requests.isEmpty }
      try await hand.untilCallable()
      async let asked: Void = {
        try await hand.call.run(RunRequest()) {
          answers.add($0)
          return true
        }
      }()
      _ = try await hand.status()
      _ = try await hand.status()
      hand.signals.yield(.stop(.terminated))
      do { try await asked } catch is ControlError { return }
    }
    #expect(answers.all.allSatisfy { $0.problem?.kind == .stopping })
  }
}

/// What was answered, for a closure.
private final class AnswersBox: Sendable {
  private let answers = Mutex<[AgentAnswer]>([])
  var all: [AgentAnswer] { answers.withLock { $0 } }
  func add(_ answer: AgentAnswer) { answers.withLock { $0.append(answer) } }
}
