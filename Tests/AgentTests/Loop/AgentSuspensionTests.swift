import Foundation
import Reconcile
import SIP
import StateStore
import TestSupport
import Testing

@testable import Agent

@Suite(.timeLimit(.minutes(4))) struct AgentSuspensionTests {
  private func condition(_ account: AccountID, in status: StatusDocument) -> Condition? {
    status.accounts.first { $0.account == account }?[.suspended]
  }

  @Test func aSuspendedAccountIsLeftAloneUntilItIsResumed() async throws {
    let world = try AgentWorld([.named("a"), .named("b")])
    try await world.run { hand in
      try await hand.finished(1)
      try await hand.untilCallable()
      let answer = try await hand.call.suspend(["a"], for: nil, reason: "carrier")
      #expect(answer.suspended?.map(\.account) == ["a"])
      let status = try await hand.status()
      #expect(condition("a", in: status)?.status == .yes)
      #expect(
        condition("a", in: status)?.message.hasPrefix("suspended: carrier; its binding lapses at ") == true
      )
      #expect(condition("b", in: status)?.status == .no)
      hand.declare([.named("a") { $0.expires = 60 }, .named("b") { $0.expires = 60 }])
      try await hand.finished(2)
      #expect(await world.wire() == ["+ a", "+ b", "+ b"])
      #expect(try await hand.call.resume(["a"]).resumed == ["a"])
      try await hand.finished(3)
    }
    #expect(await world.wire() == ["+ a", "+ b", "+ b", "+ a"])
    #expect(try world.rows().map(\.account.expires) == [60, 60])
  }

  @Test func aSuspensionEndsByItselfAndOutlivesARestart() async throws {
    let world = try AgentWorld([.named("a")])
    try await world.run { hand in
      try await hand.finished(1)
      try await hand.untilCallable()
      _ = try await hand.call.suspend(["a"], for: .seconds(600), reason: "")
    }
    await world.restart()
    world.source.declare([.named("a") { $0.expires = 60 }, .named("new")])
    try await world.run { hand in
      try await hand.finished(1)
      #expect(await world.wire() == ["+ new"])
      #expect(condition("a", in: try await hand.status())?.status == .yes)
      world.clock.advance(by: .seconds(599))
      try await hand.reload()
      #expect(await world.wire() == ["+ new"])
      world.clock.advance(by: .seconds(2))
      try await hand.finished(2)
    }
    #expect(await world.wire() == ["+ new", "+ a"])
    #expect(try world.open().suspensions().isEmpty)
  }

  @Test func whatIsRemovedWhileItIsSuspendedIsUnregisteredAfterwards() async throws {
    let world = try AgentWorld([.named("a"), .named("b")])
    try await world.run { hand in
      try await hand.finished(1)
      try await hand.untilCallable()
      _ = try await hand.call.suspend(["a"], for: nil, reason: "")
      hand.declare([.named("b") { $0.expires = 60 }])
      try await hand.finished(2)
      #expect(await world.wire() == ["+ a", "+ b", "+ b"])
      #expect(try await hand.call.resume(["a"]).problem == nil)
      try await hand.finished(3)
    }
    #expect(await world.wire() == ["+ a", "+ b", "+ b", "- a"])
  }

  @Test func anotherNameTakesTheSuspensionAlongAndWhatChangesWithItWaits() async throws {
    let world = try AgentWorld([.named("a")])
    try await world.run { hand in
      try await hand.finished(1)
      try await hand.untilCallable()
      _ = try await hand.call.suspend(["a"], for: nil, reason: "")
      let renamed = Account.named("a") {
        $0.id = "z"
        $0.movedFrom = "a"
        $0.expires = 60
      }
      hand.declare([renamed, .named("other")])
      try await hand.finished(2)
      #expect(await world.wire() == ["+ a", "+ other"])
      #expect(condition("z", in: try await hand.status())?.status == .yes)
      #expect(try await hand.call.resume(["z"]).resumed == ["z"])
      try await hand.finished(3)
    }
    #expect(await world.wire() == ["+ a", "+ other", "+ z"])
    #expect(try world.open().suspensions().isEmpty)
  }

  @Test func mistakesAreToldAndChangeNothing() async throws {
    let world = try AgentWorld([.named("a")])
    try await world.run { hand in
      try await hand.finished(1)
      try await hand.untilCallable()
      #expect(
        try await hand.call.suspend(["a", "zz"], for: nil, reason: "").problem?.kind == .unknownAccount
      )
      #expect(try await hand.call.resume(["a"]).problem?.message == "not suspended: a")
      _ = try await hand.call.suspend(["a"], for: nil, reason: "")
      let refused = try await hand.run { $0.refresh = ["a"] }
      #expect(refused.map { $0.problem?.message } == ["a is suspended; resume it first"])
    }
    #expect(await world.wire() == ["+ a"])
  }
}
