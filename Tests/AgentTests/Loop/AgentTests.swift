import EngineScripted
import Foundation
import Reconcile
import SIP
import StateStore
import TestSupport
import Testing

@testable import Agent

@Suite(.timeLimit(.minutes(2))) struct AgentTests {
  @Test func whatIsDeclaredIsRegisteredMastersFirst() async throws {
    let world = try AgentWorld([.named("office", on: "push"), .named("push")])
    let exit = try await world.run { hand in
      try await hand.finished(1)
    }
    #expect(exit == .stopped(.terminated))
    #expect(await world.wire() == ["+ push", "+ office"])
    #expect(try world.rows().map(\.phase) == [.bound, .bound])
  }

  @Test func anInvalidFirstReadingEndsTheAgent() async throws {
    let world = try AgentWorld()
    world.source.breakFiles("no owner")
    let exit = try await world.run { _ in }
    guard case .invalid(let diagnostics) = exit else {
      // Told to stop before it had read: also an end, but not the one to see here.
      #expect(exit == .stopped(.terminated))
      return
    }
    #expect(diagnostics.map(\.message) == ["no owner"])
  }

  @Test(
    "REC-80 REC-81 an invalid or missing file keeps what was in force, and says so until it is right again"
  )
  func invalidFile() async throws {
    let world = try AgentWorld([.named("a"), .named("b")])
    try await world.run { hand in
      try await hand.finished(1)
      world.source.breakFiles()
      hand.signals.yield(.reload)
      try await hand.until("a rejection") {
        world.notices.all.contains { if case .rejected = $0 { true } else { false } }
      }
      try await hand.reload()
      let before = world.source.loads
      hand.declare([.named("a"), .named("b"), .named("c")])
      try await hand.until("a reading") { world.source.loads > before }
      try await hand.finished(2)
    }
    #expect(await world.wire() == ["+ a", "+ b", "+ c"])
    let rejections = world.notices.all.filter { if case .rejected = $0 { true } else { false } }
    #expect(rejections.count == 1)
  }

  @Test("REC-82 TRAP-20 an empty file is refused by a rail, and nothing is unregistered")
  func emptyFile() async throws {
    let world = try AgentWorld([.named("a"), .named("b")])
    try await world.run { hand in
      try await hand.finished(1)
      hand.declare([])
      try await hand.until("a refusal") {
        world.notices.all.contains { if case .refused = $0 { true } else { false } }
      }
      hand.declare([.named("a"), .named("b"), .named("c")])
      try await hand.finished(2)
    }
    #expect(await world.wire() == ["+ a", "+ b", "+ c"])
  }

  @Test("REC-96 TRAP-24 reading unchanged or reformatted files sends nothing")
  func unchanged() async throws {
    let accounts = (0..<20).map { Account.named("n\($0)") }
    let world = try AgentWorld(accounts)
    try await world.run { hand in
      try await hand.finished(1)
      await world.engine.clearRecords()
      for _ in 0..<5 {
        world.source.declare(accounts)
        try await hand.reload()
      }
      hand.declare(accounts + [.named("last")])
      try await hand.finished(2)
    }
    #expect(await world.wire() == ["+ last"])
    #expect(await world.engine.calls == [.add(["last"])])
  }

  @Test("REC-96 an account that the engine is still trying is not begun anew by a reading")
  func backoffIsKept() async throws {
    let world = try AgentWorld([.named("bad"), .named("good")])
    await world.engine.alwaysAnswer("bad", with: .refuse(403, "Forbidden"))
    try await world.run { hand in
      try await hand.finished(1)
      await world.engine.clearRecords()
      hand.declare([.named("bad"), .named("good"), .named("more")])
      try await hand.finished(2)
      #expect(await world.wire() == ["+ more"])
      // A changed declaration is a reason to try at once.
      hand.declare([.named("bad") { $0.expires = 60 }, .named("good"), .named("more")])
      try await hand.finished(3)
      #expect(await world.wire() == ["+ more", "+ bad"])
    }
  }

  @Test func aRotatedSecretIsAReasonToTryAgain() async throws {
    var bad = Account.named("bad")
    bad.credentials = [CredentialDeclaration(username: "bad", secret: .environment("BAD"))]
    let world = try AgentWorld([bad])
    world.source.rotate("wrong")
    await world.engine.alwaysAnswer("bad", with: .fail(.credentialRejected(realm: "r")))
    try await world.run { hand in
      try await hand.finished(1)
      try await hand.reload()
      await world.engine.alwaysAnswer("bad", with: nil)
      world.source.rotate("right")
      hand.signals.yield(.reload)
      try await hand.finished(2)
    }
    #expect(await world.wire() == ["+ bad", "+ bad"])
    #expect(try world.rows().map(\.phase) == [.bound])
  }

  @Test func aMastersLateSuccessRegistersItsDependents() async throws {
    let world = try AgentWorld([.named("master"), .named("dependent", on: "master")])
    await world.engine.answer("master", with: .refuse(503, "Later"))
    try await world.run { hand in
      try await hand.finished(1)
      #expect(await world.wire() == ["+ master"])
      // As the engine's own retry would.
      try await world.engine.refresh(["master"])
      try await hand.finished(2)
    }
    #expect(await world.wire() == ["+ master", "+ master", "+ dependent"])
    #expect(try world.rows().map(\.phase) == [.bound, .bound])
  }

  @Test func aLateSuccessOfAnEditIsNotEditedAgain() async throws {
    let world = try AgentWorld([.named("a")])
    try await world.run { hand in
      try await hand.finished(1)
      await world.engine.answer("a", with: .refuse(500, "Oops"))
      hand.declare([.named("a") { $0.expires = 60 }])
      try await hand.finished(2)
      try await world.engine.refresh(["a"])
      try await hand.until("the declared account in the row") {
        try world.rows().first?.account.expires == 60
      }
      await world.engine.clearRecords()
      hand.declare([.named("a") { $0.expires = 60 }, .named("b")])
      try await hand.finished(3)
    }
    #expect(await world.wire() == ["+ b"])
  }

  @Test("REC-88 an account that is deleted while its REGISTER hangs is unregistered after the answer")
  func deletedInFlight() async throws {
    let world = try AgentWorld([.named("a"), .named("b"), .named("c"), .named("d")])
    var settings = AgentSettings()
    settings.options.allowUnregister = 1
    try await world.run(settings) { hand in
      try await hand.finished(1)
      await world.engine.clearRecords()
      await world.engine.hold("slow")
      hand.declare([.named("a"), .named("b"), .named("c"), .named("d"), .named("slow")])
      try await hand.until("a REGISTER") { await world.wire() == ["+ slow"] }
      hand.declare([.named("a"), .named("b"), .named("c"), .named("d")])
      try await hand.until("both readings") { world.source.loads == 3 }
      #expect(await world.wire() == ["+ slow"])
      await world.engine.release("slow")
      try await hand.until("an unregister") { await world.wire() == ["+ slow", "- slow"] }
      try await hand.finished(3)
    }
    #expect(await world.engine.bindings(of: .named("slow")) == [])
    #expect(await world.engine.overlaps == 0)
    #expect(try world.rows().count == 4)
  }

  @Test("REC-70 a binding that vanished is found by the next look, and restored")
  func drift() async throws {
    let world = try AgentWorld([.named("a"), .named("b")])
    try await world.run { hand in
      try await hand.finished(1)
      await world.engine.setBindings([], of: .named("a"))
      await world.engine.clearRecords()
      world.clock.advance(by: .seconds(301))
      try await hand.finished(2)
    }
    #expect(await world.wire() == ["+ a"])
    #expect(await world.engine.bindings(of: .named("a")).count == 1)
  }

  @Test("REC-41 a tombstone is tried again until the registrar confirms it")
  func tombstones() async throws {
    let world = try AgentWorld((0..<10).map { .named("n\($0)") } + [.named("gone")])
    let rest = (0..<10).map { Account.named("n\($0)") }
    try await world.run { hand in
      try await hand.finished(1)
      await world.engine.answerRemovals(of: "gone", with: .fail(.timeout))
      hand.declare(rest)
      try await hand.finished(2)
      #expect(try world.rows().filter { $0.phase == .tombstone }.count == 1)
      await world.engine.answerRemovals(of: "gone", with: nil)
      world.clock.advance(by: .seconds(301))
      try await hand.finished(3)
    }
    #expect(await world.wire().suffix(2) == ["- gone", "- gone"])
    #expect(try world.rows().count == 10)
  }

  @Test("REC-93 the socket tells how everything stands, and only its owner may ask")
  func status() async throws {
    let world = try AgentWorld([.named("a"), .named("b"), .named("c", on: "b")])
    await world.engine.alwaysAnswer("b", with: .refuse(403, "Forbidden"))
    var settings = AgentSettings()
    settings.controlPath = AgentCall.path(forStateAt: world.statePath)
    try await world.run(settings) { hand in
      try await hand.finished(1)
      try await hand.until("the socket") { FileManager.default.fileExists(atPath: world.statePath + ".sock") }
      let mode = try FileManager.default.attributesOfItem(atPath: world.statePath + ".sock")[
        .posixPermissions
      ]
      #expect(mode as? Int == 0o600)
      let status = try await hand.status()
      #expect(status.format == "sipreconcile.status/1")
      #expect(status.agent?.pid == ProcessInfo.processInfo.processIdentifier)
      #expect(status.accounts.map(\.account) == ["a", "b", "c"])
      #expect(status.accounts.map { $0[.ready]?.status } == [.yes, .no, .no])
      #expect(status.accounts[1][.stalled]?.message == "403 Forbidden")
      #expect(status.accounts[2][.blocked]?.message == "waits for b, which is not registered")
      #expect(status.accounts[2].blockedBy == ["b"])
      await world.engine.alwaysAnswer("b", with: nil)
      try await world.engine.refresh(["b"])
      try await hand.finished(2)
      let later = try await hand.status()
      #expect(later.accounts.map { $0[.ready]?.status } == [.yes, .yes, .yes])
    }
    #expect(!FileManager.default.fileExists(atPath: world.statePath + ".sock"))
  }

  @Test(
    "REC-66 nothing is sent that the state does not know of, and it goes on when the state can be written"
  )
  func unwritableState() async throws {
    let world = try AgentWorld([.named("a")])
    try await world.run { hand in
      try await hand.finished(1)
      try world.setWritable(false)
      hand.declare([.named("a"), .named("b")])
      try await hand.until("a failure") {
        world.notices.all.contains { if case .stateFailed = $0 { true } else { false } }
      }
      // What runs goes on.
      try await world.engine.refresh(["a"])
      try await hand.until("a refresh") { await world.wire() == ["+ a", "+ a"] }
      world.clock.advance(by: .seconds(1))
      #expect(await world.wire() == ["+ a", "+ a"])
      try world.setWritable(true)
      world.clock.advance(by: .seconds(1))
      try await hand.until("a recovery") {
        world.clock.advance(by: .seconds(1))
        return world.notices.all.contains(.stateRecovered)
      }
      try await hand.finished(2)
    }
    #expect(await world.wire() == ["+ a", "+ a", "+ b"])
    #expect(try world.rows().map(\.phase) == [.bound, .bound])
  }

  @Test("REC-87 edits in quick succession make one plan, of the last")
  func quickEdits() async throws {
    let world = try AgentWorld([.named("a")])
    let file = world.folder + "/accounts.yaml"
    #expect(FileManager.default.createFile(atPath: file, contents: Data("0".utf8)))
    world.source.set(LoadedDesired(desired: world.desired([.named("a")]), files: [file], digest: ""))
    try await world.run { hand in
      try await hand.finished(1)
      let before = world.source.loads
      for turn in 0..<20 {
        world.source.set(
          LoadedDesired(desired: world.desired([.named("a"), .named("b\(turn)")]), files: [file], digest: "")
        )
        #expect(FileManager.default.createFile(atPath: file, contents: Data("\(turn)".utf8)))
      }
      while world.source.loads == before {
        world.clock.advance(by: .milliseconds(100))
        await Task.yield()
      }
      try await hand.finished(2)
    }
    #expect(await world.wire() == ["+ a", "+ b19"])
  }

  @Test func anotherOwnerIsRejectedAndWhatWasReadBeforeStaysInForce() async throws {
    let world = try AgentWorld([.named("a")])
    try await world.run { hand in
      try await hand.finished(1)
      var other = world.desired([.named("b")])
      other.owner = "lab"
      world.source.set(LoadedDesired(desired: other, files: [], digest: "other"))
      hand.signals.yield(.reload)
      try await hand.until("a rejection") {
        world.notices.all.contains {
          guard case .rejected(let diagnostics, _) = $0 else { return false }
          return diagnostics.contains { $0.message.contains("`lab`") && $0.message.contains("`office`") }
        }
      }
      hand.declare([.named("a"), .named("c")])
      try await hand.finished(2)
    }
    #expect(await world.wire() == ["+ a", "+ c"])
  }

  @Test("REC-89 an edit that is taken back before anything was sent sends nothing")
  func anEditTakenBack() async throws {
    let world = try AgentWorld([.named("a")])
    let file = world.folder + "/accounts.yaml"
    #expect(FileManager.default.createFile(atPath: file, contents: Data("A".utf8)))
    let first = LoadedDesired(desired: world.desired([.named("a")]), files: [file], digest: "")
    world.source.set(first)
    try await world.run { hand in
      try await hand.finished(1)
      let before = world.source.loads
      for (content, loaded) in [
        ("B", LoadedDesired(desired: world.desired([.named("a"), .named("b")]), files: [file], digest: "")),
        ("A", first),
      ] {
        world.source.set(loaded)
        #expect(FileManager.default.createFile(atPath: file, contents: Data(content.utf8)))
      }
      for _ in 0..<100 {
        world.clock.advance(by: .milliseconds(100))
        await Task.yield()
      }
      // The next edit shows that the one taken back has had its time.
      world.source.set(
        LoadedDesired(desired: world.desired([.named("a"), .named("c")]), files: [file], digest: "")
      )
      #expect(FileManager.default.createFile(atPath: file, contents: Data("C".utf8)))
      while world.source.loads == before {
        world.clock.advance(by: .milliseconds(100))
        await Task.yield()
      }
      try await hand.until("the next edit") {
        world.clock.advance(by: .milliseconds(100))
        return await world.wire().count > 1
      }
    }
    #expect(await world.wire() == ["+ a", "+ c"])
  }
}

extension AgentWorld {
  func desired(_ accounts: [Account]) -> DesiredState {
    DesiredState(owner: "office", accounts: accounts.map { DesiredAccount($0) })
  }

  @Test func whatTheEngineTakesOnlyAtItsStartIsWarnedOf() async throws {
    let world = try AgentWorld([.named("a")])
    try await world.run { hand in
      try await hand.finished(1)
      world.source.declare([.named("a")]) {
        $0.engine.userAgent = "other"
        $0.engine.advertise = "192.0.2.99"
      }
      try await hand.reload()
      world.source.declare([.named("a"), .named("b")]) { $0.engine.advertise = "192.0.2.99" }
      hand.signals.yield(.reload)
      try await hand.until("b") { await world.wire().contains("+ b") }
    }
    let warnings = world.notices.all.map { notice in
      if case .accepted(_, _, let diagnostics) = notice { diagnostics.map(\.message) } else { [] as [String] }
    }
    #expect(
      warnings.filter { !$0.isEmpty } == [
        ["`engine` has changed: that counts from the next start of the watch"]
      ]
    )
  }
}
