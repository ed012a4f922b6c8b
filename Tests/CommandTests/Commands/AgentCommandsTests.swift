import Agent
import EngineScripted
import Foundation
import Reconcile
import Synchronization
import Testing

@testable import sipreconcile

/// Commands that a running watch carries out.
@Suite(.timeLimit(.minutes(3))) struct AgentCommandsTests {
  /// Runs commands one after the other while a watch runs, and gives how each ended.
  private func beside(
    changing change: (@Sendable (Laboratory) throws -> Void)? = nil,
    _ commands: [String]...
  ) async throws -> (endings: [Laboratory.Ending], laboratory: Laboratory) {
    let laboratory = try Laboratory(clock: SystemClock())
    try laboratory.write(Manifest.gateway)
    let endings = Mutex<[Laboratory.Ending]>([])
    let others = try Laboratory(environment: laboratory.environment, clock: SystemClock())
    let action: @Sendable () async -> Void = {
      let socket = laboratory.folder + "/state/sipreconcile/office.db.sock"
      while !FileManager.default.fileExists(atPath: socket) { await Task.yield() }
      do { try change?(laboratory) } catch { Issue.record(error) }
      for command in commands {
        let arguments = command.map { $0.hasSuffix(".yaml") ? laboratory.folder + "/" + $0 : $0 }
        let ending = await others.run(arguments)
        endings.withLock { $0.append(ending) }
      }
    }
    let watch = await laboratory.run(
      "watch",
      "accounts.yaml",
      watching: Watching(until: "3 done.", action: action)
    )
    #expect(watch.status == 143, "\(watch.errors)")
    return (endings.withLock { $0 }, laboratory)
  }

  @Test func aRefreshIsCarriedOutByTheWatchAndShownAsARunOfOurOwn() async throws {
    let (endings, laboratory) = try await beside(
      ["refresh", "push"],
      ["refresh", "push", "-o", "json"],
      ["refresh", "x"]
    )
    #expect(endings.map(\.status) == [0, 0, 64])
    #expect(
      endings[0].output.contains("r push  refresh    (asked for, ")
        && endings[0].output.hasSuffix("1 done.\n")
    )
    #expect(endings[0].errors.contains("✓ push: refreshed"))
    #expect(endings[1].output.contains(#""format" : "sipreconcile.report/1""#))
    #expect(endings[2].errors.contains("no declared account is named x"))
    #expect(await laboratory.current.requests.filter { $0.account == "push" }.count == 3)
  }

  @Test func aWatchIsShownAsTheHolderOfTheState() async throws {
    let (endings, _) = try await beside(
      ["lock"],
      ["lock", "-o", "json"],
      ["lock", "--", "true"]
    )
    #expect(endings.map(\.status) == [5, 5, 5])
    #expect(endings[0].output.hasPrefix("office: held by “watch”, process "))
    #expect(endings[1].output.contains(#""command" : "watch""#))
    #expect(endings[2].errors.contains("“watch”, process "))
  }

  @Test func anApplyOfTheSameFilesIsHandedOver() async throws {
    let (endings, _) = try await beside(
      ["apply", "accounts.yaml"],
      ["apply", "accounts.yaml", "-o", "ndjson"]
    )
    #expect(endings.map(\.status) == [0, 0])
    #expect(endings[0].errors.contains("A watch holds these accounts, process "))
    #expect(endings[0].output.contains("No changes. 3 unchanged."))
    #expect(endings[1].output.split(separator: "\n").last?.contains("run_summary") == true)
  }

  @Test("REC-68 an apply that the running watch cannot do ends with its pid and changes nothing")
  func otherFiles() async throws {
    let other = Manifest.gateway.replacing("sip:desk@", with: "sip:other@")
    let (endings, laboratory) = try await beside(
      changing: { try $0.write(other, to: "others.yaml") },
      ["apply", "others.yaml"],
      ["apply", "accounts.yaml", "--trace", "t.log"]
    )
    #expect(endings.map(\.status) == [5, 5])
    #expect(endings[0].errors.contains("the watch follows other files than these"))
    #expect(endings[0].errors.contains("process \(ProcessInfo.processInfo.processIdentifier)"))
    #expect(endings[1].errors.contains("which would do this without --trace"))
    #expect(await laboratory.current.requests.count == 3)
  }

  @Test func suspendingShowsInTheStatusAndHoldsChangesBack() async throws {
    let (endings, _) = try await beside(
      ["suspend", "desk", "--for", "2h", "--reason", "carrier"],
      ["status"],
      ["plan", "accounts.yaml"],
      ["resume", "desk", "-o", "json"],
      ["resume", "desk"],
      ["suspend", "desk", "--for", "0s"]
    )
    #expect(endings.map(\.status) == [0, 0, 0, 0, 1, 64])
    #expect(endings[0].errors.hasPrefix("desk is suspended until "))
    #expect(
      endings[1].output.contains("Ready,Suspended")
        && endings[1].output.contains(": carrier; its binding lapses at ")
    )
    #expect(endings[2].output.contains("! desk  refresh: suspended until "))
    #expect(endings[3].output.contains(#""resumed" : ["#))
    #expect(endings[4].errors.contains("not suspended: desk"))
  }

  @Test func followingShowsChangesAsTheyComeUntilItIsInterrupted() async throws {
    let laboratory = try Laboratory(clock: SystemClock())
    try laboratory.write(Manifest.gateway)
    #expect(await laboratory.run("apply", "accounts.yaml").status == 0)
    let others = try Laboratory(environment: laboratory.environment, clock: SystemClock())
    let suspended = Mutex(false)
    let following = Task {
      await laboratory.run(
        ["status", "--follow", "desk"],
        interruption: Interrupting(signal: .interrupt, after: "carrier")
      )
    }
    while !suspended.withLock({ $0 }) {
      let ending = await others.run("suspend", "desk", "--reason", "carrier")
      suspended.withLock { $0 = ending.status == 0 }
    }
    let ending = await following.value
    #expect(ending.status == 130 && ending.errors.isEmpty, "\(ending.errors)")
    #expect(ending.output.contains("desk") && !ending.output.contains("door"))
  }

  @Test func withoutAWatchTheStateIsChangedAndARefreshHasNobodyToAsk() async throws {
    let laboratory = try Laboratory()
    try laboratory.write(Manifest.gateway)
    #expect(await laboratory.run("apply", "accounts.yaml").status == 0)
    let refresh = await laboratory.run("refresh", "desk")
    #expect(refresh.status == 1 && refresh.errors.contains("no watch runs for office"))
    #expect(await laboratory.run("suspend", "nobody").status == 64)
    #expect(await laboratory.run("suspend", "desk").status == 0)
    try laboratory.write(Manifest.gateway.replacing("sip:desk@", with: "sip:other@"))
    let held = await laboratory.run("apply", "accounts.yaml")
    #expect(held.status == 0 && held.output.contains("! desk  edit: suspended"))
    #expect(await laboratory.run("status").output.contains("Suspended"))
    #expect(await laboratory.run("resume", "desk").status == 0)
    #expect(await laboratory.run("apply", "accounts.yaml").output.contains("+/- desk"))
  }
}
