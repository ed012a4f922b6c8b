import EngineScripted
import Foundation
import Reconcile
import StateStore
import TestSupport
import Testing

@testable import sipreconcile

@Suite("HAR-06 exit statuses") struct ExitStatusTests {
  @Test func doneIsZeroAlsoWithNothingToDo() async throws {
    let laboratory = try Laboratory()
    try laboratory.write(Manifest.gateway)
    #expect(await laboratory.run("apply", "accounts.yaml").status == 0)
    #expect(await laboratory.run("apply", "accounts.yaml").status == 0)
    #expect(await laboratory.run("plan", "--exit-code", "accounts.yaml").status == 0)
  }

  @Test func anUnreadableStateIsOne() async throws {
    let laboratory = try Laboratory()
    try laboratory.write(Manifest.gateway)
    try laboratory.write("no database", to: "state.db")
    let ending = await laboratory.run("apply", "accounts.yaml", "--state", "state.db")
    #expect(ending.status == 1)
    #expect(ending.errors.contains("FOLDER/state.db"))
  }

  @Test func pendingChangesAreTwoOnlyWhereThatIsAskedFor() async throws {
    let laboratory = try Laboratory()
    try laboratory.write(Manifest.gateway)
    #expect(await laboratory.run("plan", "accounts.yaml").status == 0)
    #expect(await laboratory.run("plan", "accounts.yaml", "--exit-code").status == 2)
  }

  @Test func invalidFilesAreThree() async throws {
    let laboratory = try Laboratory()
    try laboratory.write(Manifest.invalid)
    for command in ["validate", "plan", "apply"] {
      #expect(await laboratory.run(command, "accounts.yaml").status == 3, "\(command)")
    }
    #expect(await laboratory.run("apply", "nowhere.yaml").status == 3)
  }

  @Test func aRailIsFourAndNothingIsDone() async throws {
    let laboratory = try Laboratory()
    try laboratory.write(Manifest.gateway)
    #expect(await laboratory.run("apply", "accounts.yaml").status == 0)
    try laboratory.write("apiVersion: sipreconcile/v1\nowner: office\naccounts: {}\n")
    let ending = await laboratory.run("apply", "accounts.yaml")
    #expect(ending.status == 4)
    #expect(ending.output.contains("--allow-empty"))
    #expect(await laboratory.current.requests.isEmpty)
    #expect(await laboratory.run("plan", "accounts.yaml").status == 4)
  }

  @Test func anotherProcessAtWorkIsFive() async throws {
    let laboratory = try Laboratory()
    try laboratory.write(Manifest.gateway)
    let path = laboratory.folder + "/held.db"
    let store = try StateStore.open(at: path, owner: "office", access: .readWrite)
    let now = laboratory.clock.time
    let lock = try store.acquireLock(holder: .current(command: "watch", at: now), at: now)
    defer { lock.release() }
    let ending = await laboratory.run("apply", "accounts.yaml", "--state", "held.db")
    #expect(ending.status == 5)
    #expect(ending.errors.contains("process \(ProcessInfo.processInfo.processIdentifier)"))
  }

  @Test("REC-06 a failed master is six, its dependents are blocked and others are done")
  func failedAccountsAreSix() async throws {
    let laboratory = try Laboratory()
    try laboratory.write(Manifest.gateway)
    laboratory.scriptNext { await $0.answer("push", with: .refuse(403, "Forbidden")) }
    let ending = await laboratory.run("apply", "accounts.yaml")
    #expect(ending.status == 6)
    #expect(ending.output.contains("1 failed, 2 blocked."))
  }

  @Test func unreadableLiveStateIsSevenAndNothingIsDone() async throws {
    let laboratory = try Laboratory()
    try laboratory.write(Manifest.gateway)
    #expect(await laboratory.run("apply", "accounts.yaml").status == 0)
    laboratory.scriptNext { engine in
      for id in ["push", "desk", "door"] as [AccountID] { await engine.hideBindings(of: id, because: "503") }
    }
    let ending = await laboratory.run("apply", "accounts.yaml")
    #expect(ending.status == 7)
    #expect(ending.errors.contains("live state could not be read, so nothing was done"))
    #expect(!ending.output.contains("Nothing to do"))
    #expect(await laboratory.current.calls.allSatisfy { if case .bindings = $0 { true } else { false } })
  }

  @Test("REC-62 an apply that reaches its time limit is eight")
  func theTimeLimitIsEight() async throws {
    let clock = ManualClock()
    let laboratory = try Laboratory(clock: clock)
    try laboratory.write(Manifest.gateway)
    laboratory.scriptNext { await $0.hold("push") }
    let ending = await laboratory.run(
      "apply",
      "accounts.yaml",
      "--timeout",
      "10s",
      watching: Watching(until: "push: register …", action: { clock.advance(by: .seconds(10)) })
    )
    #expect(ending.status == 8)
    #expect(ending.output.contains("within the time limit"))
  }

  @Test(arguments: [
    ["apply"], ["frobnicate"], ["plan", "a.yaml", "--timers", "t9=1s"], ["unregister"],
    ["unregister", "a", "--all-owned"], ["apply", "a.yaml", "--expect", "xyz"],
  ])
  func wrongUsageIsSixtyFour(_ arguments: [String]) async throws {
    let laboratory = try Laboratory()
    let ending: Laboratory.Ending =
      switch arguments.count {
      case 1: await laboratory.run(arguments[0])
      case 3: await laboratory.run(arguments[0], arguments[1], arguments[2])
      default: await laboratory.run(arguments[0], arguments[1], arguments[2], arguments[3])
      }
    #expect(ending.status == 64)
    #expect(ending.output.isEmpty)
    #expect(!ending.errors.isEmpty)
  }

  @Test(arguments: [(Interruption.interrupt, Int32(130)), (.terminate, 143)])
  func aSignalEndsTheRunWithTheStateWritten(_ signal: Interruption, _ status: Int32) async throws {
    let laboratory = try Laboratory()
    try laboratory.write(Manifest.gateway)
    laboratory.scriptNext { await $0.hold("push") }
    let interrupting = Interrupting(signal: signal, after: "push: register …")
    let ending = await laboratory.run("apply", "accounts.yaml", interruption: interrupting)
    #expect(ending.status == status)
    #expect(ending.output.contains("not started"))
    #expect(ending.errors.contains("the next apply does what is left"))
    #expect(laboratory.contents().contains("state/sipreconcile/office.db"))
  }

  @Test func helpIsZeroOnStandardOutput() async throws {
    let laboratory = try Laboratory()
    for arguments in [["--help"], ["help", "plan"], ["apply", "--help"]] {
      let ending =
        arguments.count == 1
        ? await laboratory.run(arguments[0]) : await laboratory.run(arguments[0], arguments[1])
      #expect(ending.status == 0)
      #expect(ending.output.contains("USAGE"))
      #expect(ending.errors.isEmpty)
    }
  }
}
