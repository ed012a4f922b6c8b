import Foundation
import TestSupport
import Testing

/// Two real registrars behind SRV records, of which the first is killed and started again.
@Suite(.serialized)
struct FailoverInteropTests {
  private struct Scene {
    let first: KamailioProcess
    let second: KamailioProcess
    let rehearsal: Rehearsal
    let options: [String]
    var fleet: DeclaredFleet
  }

  private static let count = 8

  private static func with(_ body: (inout Scene) async throws -> Void) async throws {
    try await TemporaryFolder.with { folder in
      try await KamailioProcess.with { first in
        try await KamailioProcess.with { second in
          let names = try await StubNameServer.start([
            "_sip._udp.interop.example SRV": .records([
              .srv(first.port, "first.interop.example", priority: 10),
              .srv(second.port, "second.interop.example", priority: 20),
            ]),
            "first.interop.example A": .records([.a("127.0.0.1")]),
            "first.interop.example AAAA": .records([]),
            "second.interop.example A": .records([.a("127.0.0.1")]),
            "second.interop.example AAAA": .records([]),
          ])
          let accounts = (0..<count).map {
            DeclaredAccount("a\($0)", contact: "sip:a\($0)@192.0.2.1:5060")
          }
          var scene = Scene(
            first: first,
            second: second,
            rehearsal: try Rehearsal(in: folder),
            options: ["--dns-server", names.address],
            fleet: DeclaredFleet(accounts: accounts, registrars: ["main": "interop.example"])
          )
          try await body(&scene)
          try await names.close()
        }
      }
    }
  }

  /// The accounts whose REGISTER a registrar has accepted since its start: its log costs less than to ask it.
  private static func saved(by kamailio: KamailioProcess) throws -> Set<String> {
    let saved = try kamailio.requests().filter { $0.kind == .saved && $0.changesBindings }
    return Set(saved.map { String($0.identity.dropFirst("sip:".count).prefix { $0 != "@" }) })
  }

  /// The accounts that are bound at a registrar, by their users.
  private static func users(at kamailio: KamailioProcess) async throws -> Set<String> {
    Set(try await kamailio.bindings().keys.map { String($0.prefix { $0 != "@" }) })
  }

  @Test(
    "DNS-20 DNS-25 an apply goes on at the second registrar while the first is dead, and a later one is back"
  )
  func applies() async throws {
    try await Self.with { scene in
      let all = Set(scene.fleet.accounts.map(\.user))
      try scene.rehearsal.declare(scene.fleet)
      try await scene.rehearsal.apply(scene.options)
      #expect(try await Self.users(at: scene.first) == all)
      #expect(try await Self.users(at: scene.second).isEmpty)

      try await scene.first.kill()
      for index in scene.fleet.accounts.indices { scene.fleet.accounts[index].expires = "30m" }
      try scene.rehearsal.declare(scene.fleet)
      try await scene.rehearsal.apply(scene.options)
      let moved = try await scene.second.bindings()
      #expect(scene.fleet.differences(from: moved, at: "main") == [])

      try await scene.first.startAgain()
      for index in scene.fleet.accounts.indices { scene.fleet.accounts[index].expires = "20m" }
      try scene.rehearsal.declare(scene.fleet)
      try await scene.rehearsal.apply(scene.options)
      let back = try await scene.first.bindings()
      #expect(scene.fleet.differences(from: back, at: "main") == [])
    }
  }

  @Test("DNS-20 DNS-24 DNS-26 a watch goes on at the second registrar, and returns one by one to the first")
  func aWatch() async throws {
    try await Self.with { scene in
      let all = Set(scene.fleet.accounts.map(\.user))
      for index in scene.fleet.accounts.indices { scene.fleet.accounts[index].expires = "10s" }
      try scene.rehearsal.declare(scene.fleet)
      // A server that failed then rests for 2.4 s.
      let timers = ["--timers", "t1=20ms,t2=80ms,t4=100ms"]
      let watch = try scene.rehearsal.startWatch(scene.options + timers)
      let (first, second) = (scene.first, scene.second)
      try await eventually("all at the first registrar") {
        try Self.saved(by: first) == all ? () : nil
      }
      try await first.kill()
      try await eventually("all at the second registrar", within: .seconds(30)) {
        try Self.saved(by: second) == all ? () : nil
      }
      let (rehearsal, options) = (scene.rehearsal, scene.options)
      try await eventually("the doctor says that the first registrar rests", within: .seconds(60)) {
        let examined = try await rehearsal.run("doctor", options + ["--limit", "1"])
        #expect(examined.code == 0, "\(examined.standardOutput)")
        return examined.standardOutput.contains("the running agent leaves it alone until") ? () : nil
      }

      try await first.startAgain()
      try await eventually("somebody back at the first registrar", within: .seconds(60)) {
        try Self.saved(by: first).isEmpty ? nil : ()
      }
      let before = try second.requests().count
      try await eventually("others are still refreshed at the second", within: .seconds(30)) {
        try second.requests().dropFirst(before).contains { $0.kind == .saved } ? () : nil
      }
      let bound = try await Self.users(at: first).union(Self.users(at: second))
      #expect(bound == all, "nobody is lost on the way")
      watch.send(SIGTERM)
      #expect(try await watch.end() == .exit(143))
    }
  }
}
