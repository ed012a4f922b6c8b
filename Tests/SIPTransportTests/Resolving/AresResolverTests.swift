import SIP
import Synchronization
import TestSupport
import Testing

@testable import SIPTransport

struct AresResolverTests {
  /// A resolver that asks one stub name server, or another, and no file of this machine.
  private static func resolver(
    _ servers: [StubNameServer],
    _ change: (inout AresResolver.Settings) -> Void = { _ in }
  ) -> AresResolver {
    var settings = AresResolver.Settings()
    settings.servers = servers.map {
      Endpoint(address: .ipv4(IPv4Address(value: 0x7f00_0001)), port: $0.port)
    }
    settings.hostsFile = "/nonexistent/hosts"
    change(&settings)
    return AresResolver(settings)
  }

  private static let naptr = StubRecord(
    .naptr(order: 10, preference: 20, flags: "s", service: "SIP+D2U", replacement: "_sip._udp.Example.net")
  )

  @Test("HAR-02 records of each type come from the name server that was named, with their TTLs")
  func eachType() async throws {
    let server = try await StubNameServer.start([
      "example.org NAPTR": .records([Self.naptr]),
      "_sip._udp.example.org SRV": .records(
        [.srv(5070, "A.example.org", priority: 1, weight: 2)],
        additional: [.a("192.0.2.7", owner: "a.example.org")]
      ),
      "a.example.org A": .records([.a("192.0.2.1"), StubRecord(.a("192.0.2.2"), lifetime: 30)]),
      "a.example.org AAAA": .records([StubRecord(.aaaa("2001:db8::1"))]),
    ])
    let resolver = Self.resolver([server])
    let name = await resolver.result(of: DNSQuery("Example.org.", .naptr))
    let rule = NAPTRRecord(
      order: 10,
      preference: 20,
      flags: "s",
      service: "SIP+D2U",
      replacement: "_sip._udp.example.net"
    )
    let found = DNSRecord(name: "example.org", lifetime: 60, value: .naptr(rule))
    #expect(name == .found(DNSAnswer(records: [found], lifetime: 60)))

    guard case .found(let service) = await resolver.result(of: DNSQuery("_sip._udp.example.org", .srv)) else {
      Issue.record("no SRV")
      return
    }
    let record = SRVRecord(priority: 1, weight: 2, port: 5070, target: "a.example.org")
    #expect(service.records.map(\.value) == [.srv(record)])
    #expect(service.additional.map(\.name) == ["a.example.org"])

    guard case .found(let addresses) = await resolver.result(of: DNSQuery("a.example.org", .a)) else {
      Issue.record("no A")
      return
    }
    #expect(addresses.records.map(\.value) == ["192.0.2.1", "192.0.2.2"].map { .address(Host($0)!) })
    #expect(addresses.lifetime == 30)
    guard case .found(let wide) = await resolver.result(of: DNSQuery("a.example.org", .aaaa)) else {
      Issue.record("no AAAA")
      return
    }
    #expect(wide.records.map(\.value) == [.address(Host("[2001:db8::1]")!)])
    #expect(
      server.queries == [
        "example.org NAPTR", "_sip._udp.example.org SRV", "a.example.org A", "a.example.org AAAA",
      ]
    )
    await resolver.close()
    try await server.close()
  }

  @Test("DNS-27 NODATA, NXDOMAIN, SERVFAIL, REFUSED, silence and no server at all are told apart")
  func outcomes() async throws {
    let server = try await StubNameServer.start([
      "none.example.org A": .none(isMissing: false, lifetime: 77),
      "missing.example.org A": .none(isMissing: true, lifetime: 78),
      "bare.example.org A": .records([]),
      "failing.example.org A": .code(2), "refused.example.org A": .code(5), "silent.example.org A": .silence,
    ])
    // Only silence may run into the limit of time.
    let resolver = Self.resolver([server]) { $0.timeout = .seconds(30) }
    let expected: [(String, DNSResult)] = [
      ("none", .noRecords(lifetime: 77)), ("missing", .noSuchName(lifetime: 78)),
      ("bare", .noRecords(lifetime: nil)),
      ("unknown", .noSuchName(lifetime: nil)), ("failing", .failed(.serverFailed)),
      ("refused", .failed(.refused)),
    ]
    for (name, result) in expected {
      #expect(await resolver.result(of: DNSQuery("\(name).example.org", .a)) == result, "\(name)")
    }
    let impatient = Self.resolver([server]) {
      $0.timeout = .milliseconds(50)
      $0.tries = 2
    }
    #expect(await impatient.result(of: DNSQuery("silent.example.org", .a)) == .failed(.timedOut))
    await impatient.close()
    #expect(server.queries.filter { $0 == "silent.example.org A" }.count == 2)
    let long = String(repeating: "x", count: 64) + ".example.org"
    #expect(await resolver.result(of: DNSQuery(long, .a)) == .failed(.badName))
    await resolver.close()
    try await server.close()
    let closed = try ClosedPort()
    let nowhere = Endpoint(address: .ipv4(IPv4Address(value: 0x7f00_0001)), port: closed.number)
    let unheard = Self.resolver([]) { $0.servers = [nowhere] }
    #expect(await unheard.result(of: DNSQuery("none.example.org", .a)) == .failed(.unreachable))
    await unheard.close()
  }

  @Test("DNS-28 a truncated answer is fetched over TCP")
  func truncation() async throws {
    let records = (0..<200).map { StubRecord.srv(UInt16(5000 + $0), "host\($0).example.org") }
    let server = try await StubNameServer.start(["_sip._udp.example.org SRV": .truncated(records)])
    let resolver = Self.resolver([server])
    guard case .found(let answer) = await resolver.result(of: DNSQuery("_sip._udp.example.org", .srv)) else {
      Issue.record("not found")
      return
    }
    #expect(answer.records.count == 200)
    #expect(server.queries == ["_sip._udp.example.org SRV", "_sip._udp.example.org SRV over TCP"])
    await resolver.close()
    try await server.close()
  }

  @Test("aliases are followed, and their TTLs count; DNS-29 a circle of them is an error")
  func aliases() async throws {
    let server = try await StubNameServer.start([
      "alias.example.org A": .records([
        StubRecord(.cname("b.example.org"), lifetime: 5),
        StubRecord(.cname("c.example.org"), owner: "b.example.org"), .a("192.0.2.3", owner: "c.example.org"),
      ]),
      "loop.example.org A": .records([
        StubRecord(.cname("b.example.org")), StubRecord(.cname("loop.example.org"), owner: "b.example.org"),
      ]),
      "open.example.org A": .records([StubRecord(.cname("elsewhere.example"))]),
    ])
    let resolver = Self.resolver([server])
    guard case .found(let answer) = await resolver.result(of: DNSQuery("alias.example.org", .a)) else {
      Issue.record("not found")
      return
    }
    #expect(answer.isAlias && answer.lifetime == 5 && answer.records.map(\.name) == ["c.example.org"])
    #expect(await resolver.result(of: DNSQuery("loop.example.org", .a)) == .failed(.malformed))
    #expect(await resolver.result(of: DNSQuery("open.example.org", .a)) == .noRecords(lifetime: nil))
    await resolver.close()
    try await server.close()
  }

  @Test("a name server that fails, refuses or is silent is followed by the next")
  func nextNameServer() async throws {
    for reply in [StubReply.code(2), .code(5), .silence] {
      let first = try await StubNameServer.start(["a.example.org A": reply])
      let second = try await StubNameServer.start(["a.example.org A": .records([.a("192.0.2.1")])])
      let resolver = Self.resolver([first, second]) { $0.timeout = .milliseconds(100) }
      guard case .found = await resolver.result(of: DNSQuery("a.example.org", .a)) else {
        Issue.record("not found")
        return
      }
      second.set(.silence, for: "a.example.org A")
      if case .code(let code) = reply {
        let failure: DNSFailure = code == 2 ? .serverFailed : .refused
        #expect(await resolver.result(of: DNSQuery("a.example.org", .a)) == .failed(failure))
      }
      await resolver.close()
      try await first.close()
      try await second.close()
    }
  }

  @Test("the hosts file stands before the name servers, for addresses only, and is read anew when it changes")
  func hostsFile() async throws {
    try await TemporaryFolder.with { folder in
      let path = folder.path("hosts")
      try folder.write(
        "192.0.2.8 PBX.example.org pbx # the office\n2001:db8::8 six\nnonsense pbx\n",
        to: "hosts"
      )
      let server = try await StubNameServer.start(["pbx A": .records([.a("192.0.2.99")])])
      let resolver = Self.resolver([server]) { $0.hostsFile = path }
      let record = DNSRecord(name: "pbx", lifetime: 0, value: .address(Host("192.0.2.8")!))
      #expect(
        await resolver.result(of: DNSQuery("pbx", .a))
          == .found(DNSAnswer(records: [record], lifetime: 0, isFromHostsFile: true))
      )
      #expect(await resolver.result(of: DNSQuery("pbx", .aaaa)) == .noRecords(lifetime: 0))
      #expect(await resolver.result(of: DNSQuery("six", .a)) == .noRecords(lifetime: 0))
      #expect(server.queries == [])
      #expect(await resolver.result(of: DNSQuery("pbx", .srv)) == .noSuchName(lifetime: nil))
      try folder.write("192.0.2.8 other.example.org\n", to: "hosts")
      guard case .found(let answer) = await resolver.result(of: DNSQuery("pbx", .a)) else {
        Issue.record("not asked for")
        return
      }
      #expect(answer.records.map(\.value) == [.address(Host("192.0.2.99")!)])
      await resolver.close()
      try await server.close()
    }
  }

  @Test("no search domain is ever put behind a name, whatever the system's settings say")
  func searchDomains() async throws {
    try await TemporaryFolder.with { folder in
      let server = try await StubNameServer.start(["pbx.corp.example A": .records([.a("192.0.2.1")])])
      try folder.write("search corp.example\nnameserver 127.0.0.1\n", to: "resolv.conf")
      let path = folder.path("resolv.conf")
      let resolver = Self.resolver([server]) { $0.serversFile = path }
      #expect(await resolver.result(of: DNSQuery("pbx", .a)) == .noSuchName(lifetime: nil))
      #expect(server.queries == ["pbx A"])
      await resolver.close()
      try await server.close()
    }
  }

  @Test("the system's name servers are read from its file, and anew when that changes or first appears")
  func serversFile() async throws {
    try await TemporaryFolder.with { folder in
      let server = try await StubNameServer.start(["a.example.org A": .records([.a("192.0.2.1")])])
      let hosts = try folder.write("192.0.2.8 pbx\n", to: "hosts")
      let resolver = Self.resolver([]) {
        $0.serversFile = folder.path("resolv.conf")
        $0.serversPort = server.port
        $0.hostsFile = hosts
        $0.timeout = .milliseconds(200)
      }
      // Without the file there is 127.0.0.1, as the system's own resolver has it.
      guard case .found = await resolver.result(of: DNSQuery("pbx", .a)),
        case .found = await resolver.result(of: DNSQuery("a.example.org", .a))
      else {
        Issue.record("not found")
        return
      }
      // Nobody listens there.
      try folder.write("nameserver 127.0.0.9\n", to: "resolv.conf")
      guard case .failed = await resolver.result(of: DNSQuery("a.example.org", .a)) else {
        Issue.record("the new file was not read")
        return
      }
      try folder.write("# back\nnameserver 127.0.0.1\n", to: "resolv.conf")
      guard case .found = await resolver.result(of: DNSQuery("a.example.org", .a)) else {
        Issue.record("the last file was not read")
        return
      }
      await resolver.close()
      try await server.close()
    }
  }

  @Test("closing ends what is under way, before it returns; later queries end at once")
  func closing() async throws {
    let server = try await StubNameServer.start(["silent.example.org A": .silence])
    let resolver = Self.resolver([server]) { $0.timeout = .seconds(60) }
    let results = Mutex<[DNSResult]>([])
    for _ in 0..<3 {
      resolver.look(up: DNSQuery("silent.example.org", .a)) { result in
        results.withLock { $0.append(result) }
      }
    }
    _ = try await eventually("the queries") { server.queries.count >= 1 ? true : nil }
    await resolver.close()
    #expect(results.withLock { $0 } == [.failed(.stopped), .failed(.stopped), .failed(.stopped)])
    #expect(await resolver.result(of: DNSQuery("silent.example.org", .a)) == .failed(.stopped))
    await resolver.close()
    let unused = AresResolver()
    await unused.close()
    try await server.close()
  }

  @Test("DNS-29 thousands of records, names that no host has and damaged messages harm nobody")
  func hostileAnswers() async throws {
    let many = (0..<1200).map { StubRecord.srv(UInt16(1000 + $0), "h.example.org") }
    let odd: [StubRecord] = [
      StubRecord(.srv(priority: 0, weight: 0, port: 1, target: "a b.example.org")),
      StubRecord(.raw(type: 33, [0, 0, 0])), StubRecord(.raw(type: 33, [0, 0, 0, 0, 0, 1, 0xc0, 0xff])),
      StubRecord(.raw(type: 1, [1, 2, 3, 4])), .srv(5070, "good.example.org"),
    ]
    let server = try await StubNameServer.start([
      "many.example.org SRV": .truncated(many), "odd.example.org SRV": .records(odd),
    ])
    let resolver = Self.resolver([server])
    guard case .found(let answer) = await resolver.result(of: DNSQuery("many.example.org", .srv)),
      case .found(let good) = await resolver.result(of: DNSQuery("odd.example.org", .srv))
    else {
      Issue.record("not found")
      return
    }
    #expect(answer.records.count == 1200)
    let record = SRVRecord(priority: 0, weight: 0, port: 5070, target: "good.example.org")
    #expect(good.records.map(\.value) == [.srv(record)])
    await resolver.close()
    try await server.close()
  }
}
