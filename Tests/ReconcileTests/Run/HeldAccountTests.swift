import EngineScripted
import Reconcile
import SIP
import Synchronization
import TestSupport
import Testing

/// Accounts whose server asked to be left alone, in a run.
@Suite struct HeldAccountTests {
  @Test func aRunThatDoesNotWaitLeavesThemAsNotStarted() async throws {
    let world = World([.named("a"), .named("b", on: "a"), .named("c")])
    await world.engine.holdBack("a", for: "192.0.2.1:5060", remaining: .seconds(58))
    let applied = try await world.apply(waits: false) { engine, clock in
      await engine.untilSent("c")
      while await !engine.calls.contains(.suspend(["a"])) {
        clock.advance(by: .seconds(1))
        await Task.yield()
      }
    }
    #expect(applied["a"]?.kind == .notStarted)
    #expect(applied["a"]?.reason == "192.0.2.1:5060 asked to be left alone, for 58 s more")
    #expect(applied["b"]?.kind == .blocked && applied["b"]?.blockedBy == ["a"])
    #expect(
      applied["b"]?.reason
        == "waits for a, which was not started: 192.0.2.1:5060 asked to be left alone, for 58 s more"
    )
    #expect(applied["c"]?.kind == .done)
    #expect(applied.wire == ["+ c"])
    // The next run does what is left.
    #expect(try await world.apply().wire == ["+ a", "+ b"])
  }

  @Test func aRunThatWaitsTellsOfThem() async throws {
    let world = World([.named("a")])
    let observer = Watcher()
    world.observer = observer
    await world.engine.holdBack("a", for: "192.0.2.1:5060", remaining: .seconds(58))
    let applied = try await world.apply(timeLimit: .seconds(3600)) { _, clock in
      while observer.told.isEmpty {
        clock.advance(by: .milliseconds(10))
        await Task.yield()
      }
      clock.advance(by: .seconds(3600))
    }
    #expect(applied["a"]?.kind == .notStarted)
    #expect(observer.told.first == ["a"])
  }
}

/// Notes who was said to wait.
private final class Watcher: RunObserver {
  private let state = Mutex<[[AccountID]]>([])

  var told: [[AccountID]] { state.withLock { $0 } }

  func started(_ account: AccountID) {}
  func ended(_ outcome: Outcome) {}
  func held(_ accounts: [HeldAccount]) { state.withLock { $0.append(accounts.map(\.account)) } }
}
