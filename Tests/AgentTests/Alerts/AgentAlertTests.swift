import EngineScripted
import Foundation
import Hummingbird
import Logging
import NIOCore
import Reconcile
import SIP
import Synchronization
import TestSupport
import Testing

@testable import Agent

@Suite(.timeLimit(.minutes(4))) struct AgentAlertTests {
  private func alerts(_ world: AgentWorld) -> [AgentAlert] {
    world.notices.all.compactMap { if case .alert(let alert) = $0 { alert } else { nil } }
  }

  @Test func aStalledAccountIsToldOnceAndItsRecoveryToo() async throws {
    let world = try AgentWorld([.named("a"), .named("b")])
    await world.engine.answer("a", with: .refuse(403, "Forbidden"), .refuse(403, "Forbidden"))
    try await world.run { hand in
      try await hand.finished(1)
      _ = try await hand.run { $0.refresh = ["a"] }
      #expect(alerts(world).map(\.type) == [.stalled])
      _ = try await hand.run { $0.refresh = ["a"] }
    }
    #expect(alerts(world).map(\.type) == [.stalled, .recovered])
    #expect(alerts(world).map(\.message) == ["a: 403 Forbidden", "a is registered again"])
    #expect(
      alerts(world)[0].account == "a" && alerts(world)[0].code == 403 && alerts(world)[0].owner == "office"
    )
  }

  @Test func aStalledAccountThatLeavesAndComesBackIsToldOfAnew() async throws {
    let world = try AgentWorld([.named("a"), .named("b"), .named("c")])
    await world.engine.alwaysAnswer("a", with: .refuse(403, "Forbidden"))
    try await world.run { hand in
      try await hand.finished(1)
      hand.declare([.named("b"), .named("c")])
      try await hand.finished(2)
      hand.declare([.named("a"), .named("b"), .named("c")])
      try await hand.finished(3)
    }
    #expect(alerts(world).map(\.type) == [.stalled, .stalled])
  }

  @Test func brokenFilesAndDriftAreTold() async throws {
    let world = try AgentWorld([.named("a")])
    try await world.run { hand in
      try await hand.finished(1)
      world.source.breakFiles("no owner")
      hand.signals.yield(.reload)
      try await hand.until("an alert") { !alerts(world).isEmpty }
      hand.declare([.named("a")])
      try await hand.until("a recovery") { alerts(world).count == 2 }
      await world.engine.setBindings([], of: .named("a"))
      world.clock.advance(by: .seconds(301))
      try await hand.finished(2)
    }
    #expect(alerts(world).map(\.type) == [.invalid, .recovered, .drift])
    #expect(alerts(world)[0].message == "the files are not valid: no owner")
    #expect(alerts(world)[2].message == "a: what is bound is not as it was left: repair")
  }

  @Test func anAlertIsPostedAsJSONAndTriedAgain() async throws {
    let bodies = Mutex<[String]>([])
    let address = AsyncStream<Int>.makeStream()
    let router = Router(context: BasicRequestContext.self)
    router.post("/hook") { request, _ in
      let body = String(buffer: try await request.body.collect(upTo: 1 << 16))
      let count = bodies.withLock { bodies in
        bodies.append(body)
        return bodies.count
      }
      return Response(status: count == 1 ? .serviceUnavailable : .ok)
    }
    let application = Application(
      router: router,
      configuration: .init(address: .hostname("127.0.0.1", port: 0)),
      onServerRunning: { address.continuation.yield($0.localAddress?.port ?? 0) },
      logger: Logger(label: "hook") { _ in SwiftLogNoOpLogHandler() }
    )
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await application.run() }
      var ports = address.stream.makeAsyncIterator()
      let port = try #require(await ports.next())
      let failures = Mutex<[String]>([])
      var sender = AlertSender(AlertTargets(url: "http://127.0.0.1:\(port)/hook")) { reason in
        failures.withLock { $0.append(reason) }
      }
      sender.pause = { _ in .zero }
      group.addTask { [sender] in await sender.run() }
      sender.send(AgentAlert(.stalled, of: "a", "a: 403 Forbidden", code: 403))
      while bodies.withLock({ $0.count }) < 2 { await Task.yield() }
      let sent = bodies.withLock { $0 }
      #expect(
        sent[0] == sent[1] && sent[0].contains(#""type":"stalled""#) && sent[0].contains(#""account":"a""#)
      )
      #expect(failures.withLock { $0 }.isEmpty)
      group.cancelAll()
    }
  }

  @Test func aProgramGetsTheAlertAndItsTroubleIsTold() async throws {
    let folder = NSTemporaryDirectory() + "/sipreconcile-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
    let script =
      "#!/bin/sh\ncat > \"$0.out\"\necho \"$SIPRECONCILE_ALERT $SIPRECONCILE_ACCOUNT\" >> \"$0.out\"\nexit 3\n"
    try script.write(toFile: folder + "/hook", atomically: true, encoding: .utf8)
    try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: folder + "/hook")
    let alert = AgentAlert(.recovered, of: "a", "a is registered again")
    let ended = await AlertCommand(path: folder + "/hook", alert: alert).run(Data("{}".utf8))
    #expect(ended == "the program for alerts ended with status 3")
    let missing = await AlertCommand(path: folder + "/none", alert: alert).run(Data("{}".utf8))
    #expect(missing?.hasPrefix("the program for alerts cannot be run: ") == true)
    let written = try String(contentsOfFile: folder + "/hook.out", encoding: .utf8)
    #expect(written == "{}recovered a\n")
    try FileManager.default.removeItem(atPath: folder)
  }
}
