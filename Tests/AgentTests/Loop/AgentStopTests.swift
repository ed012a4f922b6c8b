import EngineScripted
import Foundation
import Reconcile
import SIP
import StateStore
import TestSupport
import Testing

@testable import Agent

/// How an agent ends, and what it leaves.
@Suite(.timeLimit(.minutes(2))) struct AgentStopTests {
  @Test("REC-90 a stop keeps the bindings")
  func stopKeeps() async throws {
    let world = try AgentWorld([.named("a")])
    #expect(try await world.run { hand in try await hand.finished(1) } == .stopped(.terminated))
    #expect(await world.wire() == ["+ a"])
    #expect(await world.engine.bindings(of: .named("a")).count == 1)
  }

  @Test("REC-90 REC-91 a stop removes the bindings where that was asked for, dependents first")
  func stopRemoves() async throws {
    let world = try AgentWorld([.named("m"), .named("d1", on: "m"), .named("d2", on: "m")])
    var settings = AgentSettings()
    settings.unregisterOnExit = true
    let exit = try await world.run(settings) { hand in try await hand.finished(1) }
    #expect(exit == .stopped(.terminated))
    let wire = await world.wire()
    #expect(Set(wire[3..<5]) == ["- d1", "- d2"])
    #expect(wire.suffix(1) == ["- m"])
    #expect(try world.rows() == [])
  }

  @Test("REC-53 REC-91 a stop goes on to the master of a silent dependent, and tells what is left")
  func stopGoesOn() async throws {
    let world = try AgentWorld([.named("m"), .named("d", on: "m")])
    var settings = AgentSettings()
    settings.unregisterOnExit = true
    let share = settings.removalLimit / 2
    let exit = try await world.run(settings) { hand in
      try await hand.finished(1)
      await world.engine.hold("d")
      hand.signals.yield(.stop(.terminated))
      try await hand.until("the dependent's removal") { await world.wire().last == "- d" }
      world.clock.advance(by: share)
      try await hand.until("the master's removal") { await world.wire().last == "- m" }
      world.clock.advance(by: share)
      try await hand.until("the end") { world.notices.reports.count == 2 }
    }
    #expect(exit == .stoppedShort(.terminated, left: ["d"]))
    #expect(try world.rows().map(\.account.id) == ["d"])
  }

  @Test("REC-90 a second signal leaves at once, with the state written")
  func secondSignal() async throws {
    let world = try AgentWorld([.named("m")])
    var settings = AgentSettings()
    settings.unregisterOnExit = true
    let exit = try await world.run(settings) { hand in
      try await hand.finished(1)
      await world.engine.hold("m")
      hand.signals.yield(.stop(.interrupted))
      try await hand.until("a removal") { await world.wire().last == "- m" }
      hand.signals.yield(.stop(.interrupted))
    }
    #expect(exit == .leftAtOnce(.interrupted))
    #expect(try world.rows().map(\.phase) == [.tombstone])
  }

  @Test("REC-68 an agent whose lease was taken leaves without touching anything")
  func lostLease() async throws {
    let world = try AgentWorld([.named("a")])
    let exit = try await world.run { hand in
      try await hand.finished(1)
      #expect(truncate(world.statePath + ".lock", 0) == 0)
      try await hand.until("an end") {
        world.clock.advance(by: .seconds(1))
        do {
          try await world.engine.refresh([])
          return false
        } catch {
          return true
        }
      }
    }
    guard case .leaseLost(let message) = exit else { throw Impatience(what: "a lost lease", notices: []) }
    #expect(message.contains("the lease was lost"))
    #expect(await world.wire() == ["+ a"])
  }
}
