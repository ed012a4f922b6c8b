import EmbeddedRegistrar
import Foundation
import SIP
import SIPTransport
import TestSupport
import Testing

/// The built program looks into servers of every kind, and changes no binding.
struct DoctorInteropTests {
  private static let loopback = Endpoint(address: .ipv4(IPv4Address(value: 0x7f00_0001)), port: 0)
  /// A silent server has been waited for in 640 ms.
  private static let quick = ["--timers", "t1=10ms,t2=40ms,t4=50ms"]

  private struct Examined {
    var code: Int32?
    var document: DoctorDocument
  }

  private static func examine(
    _ accounts: String,
    _ options: [String] = [],
    password: String = "secret",
    in folder: TemporaryFolder
  ) async throws -> Examined {
    try folder.write("apiVersion: sipreconcile/v1\nowner: test\n\(accounts)\n", to: "accounts.yaml")
    let run = try await run(options + ["-o", "json"], password: password, in: folder)
    let document = try JSONDecoder().decode(DoctorDocument.self, from: Data(run.standardOutput.utf8))
    #expect(document.format == "sipreconcile.doctor/1")
    return Examined(code: run.code, document: document)
  }

  private static func run(
    _ options: [String],
    password: String = "secret",
    in folder: TemporaryFolder
  ) async throws -> ProgramRun {
    try await ProgramRun.of(
      try SipreconcileProgram.path(),
      ["doctor", folder.path("accounts.yaml"), "--state", folder.path("state.db")] + options,
      environment: [
        "HOME": folder.path, "XDG_STATE_HOME": folder.path("home-state"), "PASSWORD": password,
      ],
      in: folder
    )
  }

  private static let auth = "auth: { username: alice, password: { fromEnv: PASSWORD } }"

  private static func settings() -> RegistrarSettings {
    var settings = RegistrarSettings()
    settings.access = .anyUser(password: Secret("secret"))
    return settings
  }

  /// A registrar over UDP, TCP and TLS, whose certificate has these names.
  private static func withRegistrar(
    names: [String] = [],
    _ body: (RegistrarServer, _ ports: [UInt16], TemporaryFolder) async throws -> Void
  ) async throws {
    try await TemporaryFolder.with { folder in
      let authority = try PrivateAuthority()
      let wish = CertificateWish(dnsNames: names).changed { wish in
        if names.isEmpty { wish.addresses = [[127, 0, 0, 1]] }
      }
      let shown = try authority.issue(wish)
      try folder.write(try authority.pem, to: "ca.pem")
      let server = RegistrarServer(
        settings: settings(),
        listen: [.udp, .tcp, .tls].map { RegistrarAddress($0, loopback) },
        tls: TLSServerSettings(
          certificate: try folder.write(shown.certificate, to: "cert.pem"),
          key: try folder.write(shown.key, to: "key.pem")
        )
      )
      let ports = try await server.startAll().map(\.endpoint.port)
      try await body(server, ports, folder)
      try await server.stop()
    }
  }

  private static func manifest(_ ports: [UInt16], tls: String = "{ ca: ./ca.pem }") -> String {
    """
    registrars:
      udp: { uri: "sip:127.0.0.1:\(ports[0])" }
      tcp: { uri: "sip:127.0.0.1:\(ports[1]);transport=tcp" }
      tls: { uri: "sip:127.0.0.1:\(ports[2]);transport=tls", tls: \(tls) }
    accounts:
      udp: { identity: "sip:alice@example.org", registrar: udp, \(auth) }
      tcp: { identity: "sip:alice@example.net", registrar: tcp, \(auth) }
      tls: { identity: "sip:alice@example.com", registrar: tls, \(auth) }
    """
  }

  @Test("over UDP, TCP and TLS: all is in order, and nothing sent changes a binding")
  func everyTransport() async throws {
    try await Self.withRegistrar { server, ports, folder in
      let found = try await Self.examine(Self.manifest(ports), in: folder)
      #expect(found.code == 0)
      #expect(found.document.problems == [])
      #expect(found.document.nextHops.map { $0.servers.map(\.transport) } == [["udp"], ["tcp"], ["tls"]])
      #expect(found.document.nextHops.allSatisfy { $0.servers[0].usable && $0.servers[0].code == 200 })
      #expect(found.document.nextHops[2].servers[0].certificate?.names == ["127.0.0.1"])
      for account in ["udp", "tcp", "tls"] {
        let finding = found.document.finding("auth", account: account)
        #expect(
          finding?.message
            == #"the credentials are accepted (realm "sipreconcile", SHA-256, MD5); nothing is bound"#
        )
      }
      #expect(found.document.finding("clock")?.message == "our clock and the server's agree")
      let requests = try await server.requests
      #expect(Set(requests.map(\.method)) == ["OPTIONS", "REGISTER"])
      #expect(requests.allSatisfy { $0.contacts.isEmpty && $0.expires == nil })
      #expect(!FileManager.default.fileExists(atPath: folder.path("state.db")), "no state is made")
    }
  }

  @Test("TLS-02 TLS-03 a certificate for another name is a problem, and no REGISTER is sent")
  func anotherName() async throws {
    try await Self.withRegistrar(names: ["other.example.org"]) { server, ports, folder in
      let found = try await Self.examine(Self.manifest(ports), ["--only", "tls"], in: folder)
      #expect(found.code == 6)
      let finding = try #require(found.document.finding("tls"))
      #expect(finding.verdict == "problem")
      #expect(finding.message.contains("is for other.example.org, and not for 127.0.0.1"))
      #expect(found.document.nextHops[0].servers[0].certificate?.names == ["other.example.org"])
      #expect(try await server.requestCount == 0)
    }
  }

  @Test("a wrong password, a realm that the file does not name and a missing secret are told apart")
  func passwords() async throws {
    try await Self.withRegistrar { _, ports, folder in
      let accounts = """
        defaults: { registrar: "sip:127.0.0.1:\(ports[0])" }
        accounts:
          wrong: { identity: "sip:alice@example.org", \(Self.auth) }
          realm: { identity: "sip:bob@example.org", auth: { username: bob, realm: x, password: { fromEnv: PASSWORD } } }
          missing: { identity: "sip:carol@example.org", auth: { username: c, password: { fromEnv: NO_SUCH } } }
          none: { identity: "sip:dan@example.org" }
        """
      let found = try await Self.examine(accounts, ["--limit", "9"], password: "wrong", in: folder)
      #expect(found.code == 6)
      let message = { (account: String) in found.document.finding("auth", account: account)?.message }
      #expect(message("wrong")?.hasPrefix(#"the registrar refuses the credentials of "alice""#) == true)
      #expect(message("realm") == #"the registrar's realm is "sipreconcile", and the file's is "x""#)
      #expect(message("missing") == "not asked, for its secret cannot be had")
      #expect(message("none")?.hasSuffix("and the account declares none") == true)
      #expect(found.document.finding("secrets")?.verdict == "problem")
    }
  }

  @Test("a silent and a closed port are problems, and found soon")
  func unreachable() async throws {
    try await TemporaryFolder.with { folder in
      let silent = try LoopbackSocket()
      let closed = try ClosedPort()
      let accounts = """
        accounts:
          silent: { identity: "sip:a@example.org", registrar: "sip:127.0.0.1:\(silent.port)" }
          closed: { identity: "sip:b@example.org", registrar: "sip:127.0.0.1:\(closed.number)" }
          refused: { identity: "sip:c@example.org", registrar: "sip:127.0.0.1:\(closed.number);transport=tcp" }
        """
      let found = try await Self.examine(accounts, Self.quick, in: folder)
      #expect(found.code == 6)
      let reach = found.document.nextHops.map { hop in hop.findings.first { $0.check == "reach" } }
      #expect(reach.map { $0?.verdict } == ["problem", "problem", "problem"])
      #expect(reach[0]?.message == "does not answer within 640 ms")
      #expect(reach[1]?.message.hasPrefix("nothing takes datagrams there") == true)
      #expect(reach[2]?.message.contains("nothing listens there") == true)
      #expect(reach.allSatisfy { $0?.remedy != nil })
    }
  }

  @Test(
    "DNS-04 DNS-09 TLS-03 the steps of DNS and the order of the servers are shown, with the one that is dead"
  )
  func nameServers() async throws {
    try await Self.withRegistrar(names: ["example.org"]) { server, ports, folder in
      let closed = try ClosedPort()
      let dead = closed.number
      let naptr = StubRecord.Value.naptr(
        order: 1,
        preference: 1,
        flags: "s",
        service: "SIPS+D2T",
        replacement: "_sips._tcp.example.org"
      )
      let names = try await StubNameServer.start([
        "example.org NAPTR": .records([StubRecord(naptr)]),
        "_sips._tcp.example.org SRV": .records([
          .srv(ports[2], "second.example.net", priority: 20), .srv(dead, "first.example.net", priority: 10),
        ]),
        "first.example.net A": .records([.a("127.0.0.1")]), "first.example.net AAAA": .records([]),
        "second.example.net A": .records([.a("127.0.0.1")]), "second.example.net AAAA": .records([]),
      ])
      let accounts = """
        accounts:
          alice: { identity: "sip:alice@example.org", tls: { ca: ./ca.pem }, \(Self.auth) }
        """
      let found = try await Self.examine(accounts, ["--dns-server", names.address], in: folder)
      #expect(found.code == 0, "the dead server is a warning while another works")
      let hop = try #require(found.document.nextHops.first)
      #expect(hop.lookups.prefix(2).map(\.query) == ["example.org NAPTR", "_sips._tcp.example.org SRV"])
      #expect(
        hop.lookups[1].records == ["10 0 \(dead) first.example.net", "20 0 \(ports[2]) second.example.net"]
      )
      #expect(hop.lookups[1].ttl == 60)
      #expect(hop.servers.map(\.address) == ["127.0.0.1:\(dead)", "127.0.0.1:\(ports[2])"])
      #expect(hop.servers.map(\.usable) == [false, true])
      #expect(hop.findings.filter { $0.check == "reach" }.map(\.verdict) == ["warning", "ok"])
      #expect(found.document.finding("auth", account: "alice")?.verdict == "ok")
      try await names.close()
    }
  }

  @Test("a name server that keeps silent is cut off by the time limit, and what is known is shown")
  func theTimeLimit() async throws {
    try await TemporaryFolder.with { folder in
      let silent = try LoopbackSocket()
      let accounts = "accounts: { a: { identity: \"sip:a@example.org\" } }"
      let options = ["--dns-server", "127.0.0.1:\(silent.port)", "--timeout", "200ms"]
      let found = try await Self.examine(accounts, options, in: folder)
      #expect(found.code == 8)
      #expect(found.document.problems.first == "the look-up did not end within the time limit")
      #expect(found.document.finding("state")?.verdict == "ok")
    }
  }

  @Test("a file that is not valid ends with 3, and a name that is not declared with 64")
  func wrongInput() async throws {
    try await TemporaryFolder.with { folder in
      try folder.write(
        "apiVersion: sipreconcile/v1\nowner: test\naccounts: { a: { x: 1 } }\n",
        to: "accounts.yaml"
      )
      #expect(try await Self.run([], in: folder).code == 3)
      try folder.write(
        "apiVersion: sipreconcile/v1\nowner: test\naccounts: { a: { identity: \"sip:a@b.c\" } }\n",
        to: "accounts.yaml"
      )
      #expect(try await Self.run(["--only", "z"], in: folder).code == 64)
    }
  }

  @Test("with NDJSON each finding is an event, and --trace has every message without the digest's response")
  func events() async throws {
    try await Self.withRegistrar { _, ports, folder in
      let text = "apiVersion: sipreconcile/v1\nowner: test\n\(Self.manifest(ports))\n"
      try folder.write(text, to: "accounts.yaml")
      let options = ["--only", "udp", "-o", "ndjson", "--trace", folder.path("trace")]
      let run = try await Self.run(options, in: folder)
      #expect(run.code == 0)
      let lines = run.standardOutput.split(separator: "\n")
      #expect(lines.dropLast().allSatisfy { $0.contains(#""type":"check""#) })
      #expect(lines.last?.contains(#""type":"run_summary""#) == true)
      let trace = try String(contentsOfFile: folder.path("trace"), encoding: .utf8)
      #expect(trace.contains("OPTIONS sip:127.0.0.1") && trace.contains("REGISTER sip:127.0.0.1"))
      #expect(trace.contains("response=\"(removed)\""))
    }
  }

  @Test("a real registrar is examined while a watch holds its bindings, and neither notices")
  func kamailio() async throws {
    try await TemporaryFolder.with { folder in
      try await KamailioProcess.with { kamailio in
        var fleet = DeclaredFleet.small(port: kamailio.port)
        let rehearsal = try Rehearsal(in: folder)
        try rehearsal.declare(fleet)
        let watch = try rehearsal.startWatch()
        let count = fleet.accounts.count
        try await eventually("the fleet") {
          try kamailio.requests().count { $0.kind == .saved } >= count ? () : nil
        }
        let before = try kamailio.requests().count
        let run = try await rehearsal.run("doctor", ["--limit", "5"])
        let document = try JSONDecoder().decode(DoctorDocument.self, from: Data(run.standardOutput.utf8))
        #expect(run.code == 0, "\(document.problems)")
        #expect(document.finding("lock")?.message.contains("process \(watch.processID)") == true)
        #expect(document.finding("state")?.message.contains("\(count) registrations") == true)
        #expect(document.nextHops.first?.servers.first?.code == 405, "it takes REGISTER only")
        let auth = document.findings.filter { $0.check == "auth" }
        #expect(auth.count == 5 && auth.allSatisfy { $0.message.hasSuffix("1 binding") })
        #expect(try kamailio.requests().dropFirst(before).allSatisfy { !$0.changesBindings })
        let options = ["doctor", "--state", folder.path("state.db"), "-o", "json"]
        let owned = try await ProgramRun.of(
          try SipreconcileProgram.path(),
          options,
          environment: ["HOME": folder.path],
          in: folder
        )
        #expect(owned.code == 0, "without files the state says whom to ask: \(owned.standardError)")
        #expect(owned.standardOutput.contains("1 binding"))
        try await kamailio.setPassword("another")
        fleet.accounts = Array(fleet.accounts.prefix(1))
        try rehearsal.declare(fleet)
        let refused = try await rehearsal.run("doctor", [])
        #expect(refused.code == 6)
        #expect(
          refused.standardOutput.contains(#"refuses the credentials of \"lab\" (realm \"127.0.0.1\", MD5)"#)
        )
        watch.send(SIGTERM)
        #expect(try await watch.end() == .exit(143))
        try FileManager.default.removeItem(atPath: folder.path("password"))
        let locked = try await ProgramRun.of(
          try SipreconcileProgram.path(),
          options,
          environment: ["HOME": folder.path],
          in: folder
        )
        #expect(locked.code == 6)
        let found = try JSONDecoder().decode(DoctorDocument.self, from: Data(locked.standardOutput.utf8))
        #expect(found.finding("secrets")?.verdict == "problem", "why no account is asked")
      }
    }
  }
}
