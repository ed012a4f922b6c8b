import EngineScripted
import Reconcile
import SIP
import TestSupport
import Testing

@testable import Agent

/// Accounts that get another name while an agent runs.
@Suite(.timeLimit(.minutes(5))) struct AgentRenameTests {
  private static func contact(_ host: String) -> ContactDeclaration {
    ContactDeclaration(uri: SIPURI(user: "m", host: .name(host)))
  }

  private static func fleet(_ master: String, contact: String = "one.example", from former: AccountID? = nil)
    -> [Account]
  {
    [
      .named(master) {
        $0.identity = Account.named("m").identity
        $0.contact = Self.contact(contact)
        $0.movedFrom = former
      },
      .named("d", on: AccountID(master)), .named("e", on: "d"),
    ]
  }

  @Test("REC-51 a master that is renamed sends nothing, and it and its dependents go on being refreshed")
  func aRename() async throws {
    let world = try AgentWorld(Self.fleet("m"))
    var settings = AgentSettings()
    settings.controlPath = AgentCall.path(forStateAt: world.statePath)
    try await world.run(settings) { hand in
      try await hand.finished(1)
      hand.declare(Self.fleet("n", from: "m"))
      try await hand.finished(2)
      #expect(await world.wire() == ["+ m", "+ d", "+ e"])
      let status = try await hand.status()
      #expect(status.accounts.map(\.account) == ["n", "d", "e"])
      #expect(status.accounts.allSatisfy { $0.state == .ok && $0.blockedBy.isEmpty })
      try await world.engine.refresh(["n", "d", "e"])
      try await hand.until("three refreshes") { await world.wire().count == 6 }
      #expect(Set(await world.wire().suffix(3)) == ["+ n", "+ d", "+ e"])
      await #expect(throws: EngineError.unknownAccount("m")) { try await world.engine.refresh(["m"]) }
    }
    #expect(try world.rows().map(\.phase) == [.bound, .bound, .bound])
    #expect(Set(try world.rows().map(\.account.id)) == ["n", "d", "e"])
  }

  @Test("a master that is renamed and changed at once is registered once, and so is each dependent")
  func aRenameWithAnEdit() async throws {
    let world = try AgentWorld(Self.fleet("m"))
    try await world.run { hand in
      try await hand.finished(1)
      hand.declare(Self.fleet("n", contact: "two.example", from: "m"))
      try await hand.finished(2)
      #expect(await world.wire() == ["+ m", "+ d", "+ e", "+ n", "+ d", "+ e"])
      await #expect(throws: EngineError.self) { try await world.engine.refresh(["m"]) }
      hand.declare(Self.fleet("n", contact: "three.example", from: "m"))
      try await hand.finished(3)
      #expect(await world.wire().suffix(3) == ["+ n", "+ d", "+ e"])
    }
    #expect(try world.rows().allSatisfy { $0.contact == "sip:m@three.example" })
  }

  @Test("a dependent that is edited while its master gets another name is registered once")
  func aDependentIsEdited() async throws {
    let world = try AgentWorld(Self.fleet("m"))
    try await world.run { hand in
      try await hand.finished(1)
      var fleet = Self.fleet("n", from: "m")
      fleet[1].expires = 600
      hand.declare(fleet)
      try await hand.finished(2)
      #expect(await world.wire() == ["+ m", "+ d", "+ e", "+ d"])
    }
  }
}
