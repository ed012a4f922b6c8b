import EngineScripted
import Foundation
import Reconcile
import SIP
import StateStore
import TestSupport
import Testing

@testable import Agent

/// What the next agent knows of the last one.
@Suite(.timeLimit(.minutes(2))) struct AgentRestartTests {
  @Test("REC-69 REG-11 a restart holds what is bound and sends nothing, and later numbers are higher")
  func warmRestart() async throws {
    let accounts = (0..<50).map { Account.named("n\($0)") } + [.named("d", on: "n0")]
    let world = try AgentWorld(accounts)
    try await world.run { hand in try await hand.finished(1) }
    let before = Dictionary(uniqueKeysWithValues: try world.rows().map { ($0.callID, $0) })
    let used = await world.engine.requests.map(\.cseq).max() ?? 0
    await world.restart()
    try await world.run { hand in
      try await hand.finished(1)
      try await hand.reload()
      #expect(await world.engine.requests == [])
      try await world.engine.refresh(["n7"])
      try await hand.until("a refresh") { await world.wire() == ["+ n7"] }
    }
    let request = try #require(await world.engine.requests.first)
    #expect(request.cseq > used)
    #expect(before[request.callID]?.account.id == "n7")
    #expect(request.cseq > (before[request.callID]?.cseqReserved ?? .max))
    let after = try world.rows()
    #expect(Set(after.map(\.callID)) == Set(before.keys))
    #expect(after.allSatisfy { row in row.cseqReserved > (before[row.callID]?.cseqReserved ?? .max) })
  }

  @Test("REC-69 REC-93 after a restart the status tells how the last attempt ended")
  func theLastAnswerIsKnown() async throws {
    let world = try AgentWorld([.named("a")])
    var settings = AgentSettings()
    settings.controlPath = AgentCall.path(forStateAt: world.statePath)
    try await world.run(settings) { hand in try await hand.finished(1) }
    let row = try #require(try world.rows().first)
    #expect(row.lastCode == 200)
    await world.restart()
    try await world.run(settings) { [settings] hand in
      try await hand.finished(1)
      // What an engine says of a binding that it was given, and did not make.
      var held = RegistrationEvent(account: "a", state: .ok, callID: row.callID, cseq: row.cseqReserved)
      held.contact = row.contact
      held.expiresIn = .seconds(1800)
      await world.engine.announce(held)
      try await hand.until("the socket") {
        FileManager.default.fileExists(atPath: settings.controlPath ?? "")
      }
      try await hand.until("the event") { try await hand.status().accounts.first?.state == .ok }
      let status = try #require(try await hand.status().accounts.first)
      #expect(status.lastCode == 200)
      #expect(status.lastReason == row.lastReason)
    }
    #expect(try world.rows().map(\.lastCode) == [200])
  }

  @Test("REC-69 a restart whose plan is refused still holds what is bound")
  func refusedRestart() async throws {
    let world = try AgentWorld([.named("a"), .named("b")])
    try await world.run { hand in try await hand.finished(1) }
    await world.restart()
    world.source.declare([])
    try await world.run { hand in
      try await hand.finished(1)
      #expect(await world.engine.calls == [.add(["a", "b"])])
      #expect(await world.engine.requests == [])
    }
    #expect(try world.rows().map(\.phase) == [.bound, .bound])
  }

  @Test func whatAPlanHoldsBackIsHeldAsItWasRegistered() async throws {
    let world = try AgentWorld([.named("a"), .named("b")])
    try await world.run { hand in try await hand.finished(1) }
    await world.restart()
    let moved = Account.named("a") {
      $0.identity = NameAddress(uri: SIPURI(user: "z", host: .name("example.org")))
      $0.protect = true
    }
    world.source.declare([moved, .named("b")])
    try await world.run { hand in
      try await hand.finished(1)
      try await world.engine.refresh(["a"])
    }
    #expect(await world.engine.requests.map(\.identity) == ["sip:a@example.org"])
  }

  @Test func whatIsSentAfterAnAnswerIsWrittenInItsPlace() {
    let start = Instant(nanoseconds: 0)
    let time = Timestamp(milliseconds: 0)
    var random = RandomSource(seed: 1)
    var machine = AgentMachine(settings: AgentSettings(), at: start)
    var ok = RegistrationEvent(account: "a", state: .ok, callID: "c", cseq: 1)
    ok.contact = "sip:a@192.0.2.1"
    var sent = RegistrationEvent(account: "a", state: .refreshing, callID: "c", cseq: 2)
    sent.contact = "sip:a@192.0.2.1"
    sent.formerContacts = ["sip:a@192.0.2.2"]
    _ = machine.received([ok, sent], at: start, time: time, using: &random)
    #expect(machine.record(at: start, evenNow: true) == [.record([sent])])
  }
}
