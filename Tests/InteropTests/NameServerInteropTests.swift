import EmbeddedRegistrar
import SIP
import TestSupport
import Testing

/// The built program, two registrars behind SRV records, and a name server of the test.
struct NameServerInteropTests {
  private struct Scene {
    let names: StubNameServer
    let first: RegistrarServer
    let second: RegistrarServer
    let folder: TemporaryFolder

    /// Applies one account, and gives the code that the program ended with and all that it said.
    func apply(engine: String = "{}") async throws -> (code: Int32?, text: String) {
      try folder.write(
        """
        apiVersion: sipreconcile/v1
        owner: test
        engine: \(engine)
        accounts:
          alice: { identity: "sip:alice@example.org" }

        """,
        to: "accounts.yaml"
      )
      let arguments = [
        "apply", folder.path("accounts.yaml"), "--state", folder.path("state.db"), "-o", "json",
        "--dns-server", names.address, "--bind", "127.0.0.1:0",
      ]
      let run = try await ProgramRun.of(
        try SipreconcileProgram.path(),
        arguments,
        environment: ["HOME": folder.path, "XDG_STATE_HOME": folder.path("home-state")],
        in: folder
      )
      return (run.code, run.standardOutput + run.standardError)
    }
  }

  /// Registrars with faults, the first one before the second by its priority.
  private static func with(
    faults: String,
    _ body: (Scene) async throws -> Void
  ) async throws {
    try await TemporaryFolder.with { folder in
      let first = RegistrarServer(faults: try FaultScript(parsing: faults))
      let second = RegistrarServer()
      let ports = [try await first.start().port, try await second.start().port]
      let naptr = StubRecord.Value.naptr(
        order: 1,
        preference: 1,
        flags: "s",
        service: "SIP+D2U",
        replacement: "_sip._udp.example.org"
      )
      let names = try await StubNameServer.start([
        "example.org NAPTR": .records([StubRecord(naptr)]),
        "_sip._udp.example.org SRV": .records([
          .srv(ports[0], "first.example.org", priority: 10),
          .srv(ports[1], "second.example.org", priority: 20),
        ]),
        "first.example.org A": .records([.a("127.0.0.1")]), "first.example.org AAAA": .records([]),
        "second.example.org A": .records([.a("127.0.0.1")]), "second.example.org AAAA": .records([]),
      ])
      try await body(Scene(names: names, first: first, second: second, folder: folder))
      if !faults.isEmpty { try await first.stop() }
      try await second.stop()
      try await names.close()
    }
  }

  @Test(
    "HAR-02 DNS-20 DNS-21 TRAP-15 an account whose first server answers 503 registers at the second, its CSeq one higher"
  )
  func overloadedFirstServer() async throws {
    try await Self.with(faults: "status=503") { scene in
      #expect(try await scene.apply().code == 0)
      let asked = Set(scene.names.queries)
      let wanted = [
        "example.org NAPTR", "_sip._udp.example.org SRV", "first.example.org A", "first.example.org AAAA",
      ]
      #expect(asked.isSuperset(of: wanted))
      let bindings = try await scene.second.bindings
      #expect(bindings.count == 1)
      let refused = try await scene.first.requests
      let accepted = try await scene.second.requests
      let request = try #require(refused.first)
      let next = try #require(accepted.first { $0.callID == request.callID })
      #expect(next.cseq == request.cseq.map { $0 + 1 })
      #expect(refused.count == 1, "once found to be overloaded it is left alone")
    }
  }

  @Test("DNS-20 TXN-12 an account whose first server is gone registers at the second")
  func deadFirstServer() async throws {
    try await Self.with(faults: "") { scene in
      try await scene.first.stop()
      #expect(try await scene.apply().code == 0)
      let bindings = try await scene.second.bindings
      #expect(bindings.count == 1)
    }
  }

  @Test("DNS-20 TRAP-15 a 403 of the first server is final, and the second hears nothing")
  func refusedByTheFirstServer() async throws {
    try await Self.with(faults: "status=403") { scene in
      #expect(try await scene.apply().code != 0)
      let refused = try await scene.first.requestCount
      let heard = try await scene.second.requestCount
      #expect(refused > 0 && heard == 0)
    }
  }

  @Test(
    "SEC-42 records of a public name that lead to this machine are refused with words, and nobody is asked"
  )
  func loopbackRefused() async throws {
    try await Self.with(faults: "") { scene in
      let (code, text) = try await scene.apply(engine: "{ localAddresses: refuse }")
      #expect(code == 6)
      #expect(text.contains("example.org leads to 127.0.0.1, a loopback address"))
      #expect(text.contains("`engine: { localAddresses: allow }` allows it"))
      #expect(try await scene.first.requestCount == 0)
      #expect(try await scene.second.requestCount == 0)
      #expect(try await scene.apply(engine: "{ localAddresses: allow }").code == 0)
      try await scene.first.stop()
    }
  }
}
