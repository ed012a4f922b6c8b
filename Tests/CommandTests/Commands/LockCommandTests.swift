import Foundation
import Reconcile
import StateStore
import TestSupport
import Testing

@testable import sipreconcile

@Suite("lock", .timeLimit(.minutes(2))) struct LockCommandTests {
  @Test func nobodyHoldsAStateAfterAnApply() async throws {
    let ending = await (try await applied()).run("lock")
    #expect(ending.status == 0)
    #expect(ending.output == "office: nobody holds FOLDER/state/sipreconcile/office.db\n")
  }

  @Test("REC-68 while a program runs the state is held, and afterwards it is free")
  func theStateIsHeldWhileAProgramRuns() async throws {
    let laboratory = try await applied(clock: SystemClock())
    let state = laboratory.folder + "/state/sipreconcile/office.db"
    let ending = await laboratory.run("lock", "--", try SipreconcileProgram.path(), "lock", "--state", state)
    #expect(ending.status == 1)
    #expect(ending.errors.contains("ended with status 5"))
    #expect(await laboratory.run("lock").status == 0)
    #expect(await laboratory.run("lock", "--", "true").status == 0)
  }

  @Test func aStateThatIsHeldIsWaitedFor() async throws {
    let laboratory = try await applied()
    let store = try StateStore.open(
      at: laboratory.folder + "/state/sipreconcile/office.db",
      owner: "office",
      access: .readWrite
    )
    let now = laboratory.clock.time
    let other = try store.acquireLock(holder: .current(command: "apply", at: now), at: now)
    let refused = await laboratory.run("lock", "--", "true")
    #expect(refused.status == 5)
    #expect(refused.errors.contains("“apply”"))
    async let waiting = laboratory.run("lock", "--wait", "1h", "--", "true")
    other.release()
    #expect(await waiting.status == 0)
  }

  @Test func aProgramThatIsNotThereAndWrongUsageAreTold() async throws {
    let laboratory = try await applied()
    let missing = await laboratory.run("lock", "--", "no-such-program")
    #expect(missing.status == 1)
    #expect(missing.errors.contains("no-such-program cannot be run: No such file or directory"))
    #expect(await laboratory.run("lock", "--wait", "1m").status == 64)
  }

  @Test(arguments: [(SIGTERM, 143), (SIGINT, 130)] as [(Int32, Int32)])
  func anInterruptionEndsTheProgramToo(_ signal: Int32, _ code: Int32) async throws {
    let laboratory = try await applied()
    let (state, started) = (
      laboratory.folder + "/state/sipreconcile/office.db", laboratory.folder + "/started"
    )
    let child = try ChildProcess.start(
      try SipreconcileProgram.path(),
      ["lock", "--state", state, "--", "sh", "-c", "echo $$ > \(started); exec sleep 600"],
      outputName: laboratory.folder + "/lock"
    )
    let text = try await eventually("the program has started") {
      let bytes = FileManager.default.contents(atPath: started).map { String(decoding: $0, as: UTF8.self) }
      return bytes.flatMap { $0.hasSuffix("\n") ? $0.dropLast() : nil }
    }
    let program = try #require(Int32(text))
    child.send(signal)
    #expect(try await child.end() == .exit(code))
    #expect(kill(program, 0) != 0)
    #expect(await laboratory.run("lock").status == 0)
  }

  private func applied(clock: any RunClock = JumpingClock()) async throws -> Laboratory {
    let laboratory = try Laboratory(clock: clock)
    try laboratory.write(Manifest.gateway)
    #expect(await laboratory.run("apply", "accounts.yaml").status == 0)
    return laboratory
  }
}
