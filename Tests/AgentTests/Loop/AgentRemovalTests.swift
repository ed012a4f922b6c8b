import EngineScripted
import Reconcile
import SIP
import TestSupport
import Testing

@testable import Agent

/// Accounts that leave the file while an agent runs.
@Suite(.timeLimit(.minutes(5))) struct AgentRemovalTests {
  private static func fleet(_ host: String, _ change: (inout Account) -> Void = { _ in }) -> [Account] {
    var dependent = Account.named("d", on: "m")
    change(&dependent)
    return [
      .named("m") { $0.contact = ContactDeclaration(uri: SIPURI(user: "m", host: .name(host))) },
      dependent, .named("e", on: "m"),
    ]
  }

  private static func expectGone(_ world: AgentWorld, _ runs: Int) async throws {
    let bound = await world.engine.bindings(of: .named("d"))
    #expect(bound.map(\.contact) == [])
    let kept = await world.engine.bindings(of: .named("e"))
    #expect(kept.map(\.contact) == ["sip:m@two.example"])
    #expect(try world.rows().allSatisfy { $0.account.identity.uri != Account.named("d").identity.uri })
  }

  @Test("a dependent that leaves while its master's contact changes leaves no binding, old or new")
  func aDependentLeaves() async throws {
    let world = try AgentWorld(Self.fleet("one.example"))
    try await world.run { hand in
      try await hand.finished(1)
      hand.declare(Self.fleet("two.example").filter { $0.id != "d" })
      try await hand.finished(2)
      try await Self.expectGone(world, 2)
    }
  }

  @Test("so does one that is no longer to be registered")
  func aDependentIsSwitchedOff() async throws {
    let world = try AgentWorld(Self.fleet("one.example"))
    try await world.run { hand in
      try await hand.finished(1)
      hand.declare(Self.fleet("two.example") { $0.register = false })
      try await hand.finished(2)
      let bound = await world.engine.bindings(of: .named("d"))
      #expect(bound.map(\.contact) == [])
    }
  }

  @Test("so does one that gets another identity")
  func aDependentGetsAnotherIdentity() async throws {
    let world = try AgentWorld(Self.fleet("one.example"))
    try await world.run { hand in
      try await hand.finished(1)
      hand.declare(Self.fleet("two.example") { $0.identity = Account.named("x").identity })
      try await hand.finished(2)
      try await Self.expectGone(world, 2)
      let bound = await world.engine.bindings(of: .named("x"))
      #expect(bound.map(\.contact) == ["sip:m@two.example"])
    }
  }

  @Test("a removal that a registrar refused is tried again after half a minute, and then more slowly")
  func aRefusedRemoval() async throws {
    let world = try AgentWorld(Self.fleet("one.example"))
    try await world.run { hand in
      try await hand.finished(1)
      await world.engine.answerRemovals(of: "d", with: .refuse(403, "Forbidden"))
      hand.declare(Self.fleet("one.example").filter { $0.id != "d" })
      try await hand.finished(2)
      world.clock.advance(by: .seconds(30))
      try await hand.finished(3)
      world.clock.advance(by: .seconds(59))
      try await hand.reload()
      #expect(world.notices.reports.count == 3)
      await world.engine.answerRemovals(of: "d", with: nil)
      world.clock.advance(by: .seconds(1))
      try await hand.finished(4)
      let bound = await world.engine.bindings(of: .named("d"))
      #expect(bound.map(\.contact) == [])
    }
    #expect(try world.rows().map(\.account.id).sorted() == ["e", "m"])
  }
}
