import EngineScripted
import Reconcile
import SIP
import TestSupport
import Testing

@testable import Agent

/// What an agent does when someone sets the machine's clock.
@Suite(.timeLimit(.minutes(5))) struct AgentClockTests {
  @Test(
    "REG-65 setting the wall clock forward or back sends nothing, and what is kept still lasts as long",
    arguments: [Duration.seconds(86_400), .seconds(-86_400)]
  )
  func aDay(_ shift: Duration) async throws {
    let world = try AgentWorld((0..<20).map { .named("n\($0)") })
    var settings = AgentSettings()
    settings.controlPath = AgentCall.path(forStateAt: world.statePath)
    try await world.run(settings) { hand in
      try await hand.finished(1)
      let before = try world.rows()
      for part in [shift + shift, .zero - shift] {
        world.clock.setTime(by: part)
        try await hand.reload()
        try await hand.until("the notice") { world.notices.all.contains(.clockSet(by: part)) }
      }
      // A change of one account makes a plan over all of them.
      var accounts = (0..<20).map { Account.named("n\($0)") }
      accounts[3].expires = 1800
      hand.declare(accounts)
      try await hand.finished(2)
      #expect(await world.wire().count == 21)
      let after = try world.rows()
      #expect(after.count == 20)
      for (old, new) in zip(before, after) where new.account.id != "n3" {
        #expect(new.expiresAt == old.expiresAt.map { $0 + shift })
        #expect(new.refreshAt == old.refreshAt.map { $0 + shift })
      }
      let status = try await hand.status()
      let latest = (world.clock.time + .seconds(3600)).description
      #expect(
        status.accounts.allSatisfy { account in
          account.expiresAt.map { status.at < $0 && $0 <= latest } ?? false
        }
      )
    }
    await world.restart()
    try await world.run { hand in try await hand.finished(1) }
    #expect(await world.wire() == [])
  }

  @Test("REG-65 a clock that was set back while no watch ran: what is bound is refreshed at once")
  func setBackWhileNothingRuns() async throws {
    let world = try AgentWorld([.named("a")])
    try await world.run { hand in try await hand.finished(1) }
    await world.restart()
    world.clock.setTime(by: .seconds(-86_400))
    try await world.run { hand in
      try await hand.finished(1)
      let binding = await world.engine.bindingGiven(with: "a")
      #expect(binding?.expiresIn == .seconds(3600))
      #expect(binding?.refreshIn == .zero)
    }
  }
}
