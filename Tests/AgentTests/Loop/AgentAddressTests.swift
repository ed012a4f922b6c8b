import EngineScripted
import Reconcile
import SIP
import TestSupport
import Testing

@testable import Agent

/// What an agent does when the engine is reached elsewhere than before.
@Suite(.timeLimit(.minutes(2))) struct AgentAddressTests {
  private static var accounts: [Account] {
    [
      .named("a"), .named("d", on: "a"),
      .named("declared") {
        $0.contact = ContactDeclaration(uri: SIPURI(user: "x", host: .name("pbx.example.org")))
      },
    ]
  }

  @Test("REG-76 after a restart at another address the old contact is replaced, and dependents follow")
  func aRestartAtAnotherAddress() async throws {
    let world = try AgentWorld(Self.accounts)
    try await world.run { hand in try await hand.finished(1) }
    let old = try #require(try world.rows().first { $0.account.id == "a" }?.contact)
    await world.restart()
    await world.engine.setAddress("192.0.2.20:5080")
    try await world.run { hand in try await hand.finished(1) }
    #expect(await world.wire() == ["+ a", "+ d"])
    #expect(await world.engine.requests.map(\.contact) == Array(repeating: "sip:a@192.0.2.20:5080", count: 2))
    for account in Self.accounts.prefix(2) {
      #expect(await world.engine.bindings(of: account).map(\.contact) == ["sip:a@192.0.2.20:5080"])
    }
    #expect(old != "sip:a@192.0.2.20:5080")
    let outcomes = world.notices.reports[0].outcomes.sorted { $0.account < $1.account }
    #expect(outcomes.map(\.action) == [.edit, .follow])
    let contacts = try world.rows().filter { $0.account.id != "declared" }.map(\.contact)
    #expect(contacts == ["sip:a@192.0.2.20:5080", "sip:a@192.0.2.20:5080"])
    await world.restart()
    await world.engine.setAddress("192.0.2.20:5080")
    try await world.run { hand in
      try await hand.finished(1)
      try await hand.reload()
    }
    #expect(await world.wire() == [])
  }

  @Test("REG-76 another advertised address in the file is an edit, and the option wins over the file")
  func anotherAdvertisedAddress() async throws {
    for option in [nil, OwnAddress.Advertised("edge.example.org")] {
      let world = try AgentWorld(Self.accounts)
      var settings = AgentSettings()
      settings.advertised = option
      try await world.run(settings) { hand in
        try await hand.finished(1)
        await world.engine.clearRecords()
        world.source.declare(Self.accounts) { $0.engine.advertise = "pbx.example.org:5070" }
        try await hand.reload()
        if option == nil { try await hand.finished(2) }
      }
      #expect(await world.wire() == (option == nil ? ["+ a", "+ d"] : []))
      let shown = option == nil ? "sip:a@pbx.example.org:5070" : "sip:a@edge.example.org"
      #expect(await world.engine.bindings(of: Self.accounts[0]).map(\.contact) == [shown])
    }
  }
}
