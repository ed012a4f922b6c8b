import Agent
import EngineScripted
import Foundation
import Reconcile
import Synchronization
import Testing

@testable import sipreconcile

@Suite(.timeLimit(.minutes(2))) struct WatchCommandTests {
  private func laboratory(_ manifest: String = Manifest.gateway) throws -> Laboratory {
    let laboratory = try Laboratory(clock: SystemClock())
    try laboratory.write(manifest)
    return laboratory
  }

  @Test func filesAreAppliedAndBindingsStayAtTheEnd() async throws {
    let laboratory = try laboratory()
    let ending = await laboratory.run("watch", "accounts.yaml", watching: Watching(until: "3 done."))
    #expect(ending.status == 143)
    #expect(ending.output.isEmpty)
    #expect(ending.errors.contains("files read: 3 accounts"))
    #expect(ending.errors.contains("✓ desk: registered"))
    #expect(ending.errors.contains("3 bindings stay at the registrars, the last until "))
  }

  @Test func whatTheFilesAreWarnedOfIsToldOnce() async throws {
    let laboratory = try laboratory(Manifest.gateway + "\ninclude: [\"more/*.yaml\"]\n")
    let ending = await laboratory.run("watch", "accounts.yaml", watching: Watching(until: "3 done."))
    #expect(ending.status == 143)
    #expect(ending.errors.components(separatedBy: "`include` finds no file").count == 2, "\(ending.errors)")
  }

  @Test func aReadingThatWasAskedForIsToldAlsoWhenNothingChanged() async throws {
    let laboratory = try laboratory()
    let ending = await laboratory.run(
      "watch",
      "accounts.yaml",
      watching: Watching(until: "3 done.", stop: .reload, andThen: ("unchanged", .stop(.terminated)))
    )
    #expect(ending.status == 143)
    #expect(ending.errors.contains("files read: unchanged"))
  }

  @Test func ctrlCHasItsOwnStatus() async throws {
    let laboratory = try laboratory()
    let watching = Watching(until: "3 done.", stop: .stop(.interrupted))
    #expect(await laboratory.run("apply", "--watch", "accounts.yaml", watching: watching).status == 130)
  }

  @Test func bindingsAreRemovedAtTheEndWhereThatIsAskedFor() async throws {
    let laboratory = try laboratory()
    let ending = await laboratory.run(
      "watch",
      "accounts.yaml",
      "--unregister-on-exit",
      watching: Watching(until: "3 done.")
    )
    #expect(ending.status == 143)
    #expect(!ending.errors.contains("stay at the registrars"))
    #expect(await laboratory.current.requests.suffix(3).last?.account == "push")
  }

  @Test("REC-94 every change is one event, and the last is a run_summary")
  func eventsAreLinesOfJSON() async throws {
    let laboratory = try laboratory()
    let ending = await laboratory.run(
      "watch",
      "accounts.yaml",
      "-o",
      "ndjson",
      watching: Watching(until: #""type":"report""#)
    )
    let types = try ending.output.split(separator: "\n").map { line in
      try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])["type"]
        as? String
    }
    #expect(types.first == "files")
    #expect(types.last == "run_summary")
    #expect(types.count { $0 == "outcome" } == 3)
    #expect(types.contains("registration"))
  }

  @Test func filesThatAreNotValidEndItAtTheStart() async throws {
    #expect(await (try laboratory(Manifest.invalid)).run("watch", "accounts.yaml").status == 3)
  }

  @Test("REC-93 status asks the running agent") func statusAsksTheAgent() async throws {
    let laboratory = try laboratory()
    let box = SeenEnding()
    let watching = Watching(until: "3 done.") { box.set(await laboratory.run("status")) }
    _ = await laboratory.run("watch", "accounts.yaml", watching: watching)
    let status = try #require(box.ending)
    #expect(status.status == 0)
    #expect(status.output.contains("office: agent \(ProcessInfo.processInfo.processIdentifier)"))
    #expect(status.output.contains("Ready"))
  }

  @Test("REC-68 a second watch is locked out with the pid of the first") func oneAtATime() async throws {
    let laboratory = try laboratory()
    let box = SeenEnding()
    let watching = Watching(until: "3 done.") { box.set(await laboratory.run("watch", "accounts.yaml")) }
    _ = await laboratory.run("watch", "accounts.yaml", watching: watching)
    let second = try #require(box.ending)
    #expect(second.status == 5)
    #expect(second.errors.contains("“watch”, process \(ProcessInfo.processInfo.processIdentifier)"))
  }

  @Test func watchingGoesWithoutWhatEndsAnApply() async throws {
    #expect(await (try laboratory()).run("apply", "--watch", "--dry-run", "accounts.yaml").status == 64)
  }
}

/// Keeps what a run within a run came to.
final class SeenEnding: Sendable {
  private let seen = Mutex<Laboratory.Ending?>(nil)

  var ending: Laboratory.Ending? { seen.withLock { $0 } }

  func set(_ ending: Laboratory.Ending) { seen.withLock { $0 = ending } }
}
