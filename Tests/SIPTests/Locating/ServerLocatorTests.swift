import Testing

@testable import SIP

struct ServerLocatorTests {
  @Test(
    "DNS-01 TRN-20 a numeric host needs no name server: port and transport come from the URI or from the defaults",
    arguments: [
      ("sip:192.0.2.1", "192.0.2.1:5060 over UDP"), ("sip:192.0.2.1:5070", "192.0.2.1:5070 over UDP"),
      ("sip:192.0.2.1;transport=tcp", "192.0.2.1:5060 over TCP"),
      ("sips:192.0.2.1", "192.0.2.1:5061 over TLS"),
      ("sips:192.0.2.1;transport=tcp", "192.0.2.1:5061 over TLS"),
      ("sip:192.0.2.1;transport=tls", "192.0.2.1:5061 over TLS"),
      ("sip:192.0.2.1;transport=ws", "192.0.2.1:80 over WS"),
      ("sips:192.0.2.1;transport=ws", "192.0.2.1:443 over WSS"),
      ("sip:192.0.2.1;transport=wss", "192.0.2.1:443 over WSS"),
      ("sip:[2001:db8::1]", "[2001:db8::1]:5060 over UDP"),
    ]
  )
  func numericHosts(uri: String, server: String) throws {
    var zone = ZoneAnswers(supported: Transport.allCases)
    #expect(try zone.servers(uri) == [server])
    #expect(zone.queries.isEmpty)
  }

  @Test("localhost is this machine, and no name server hears of it")
  func localhost() throws {
    var zone = ZoneAnswers()
    #expect(try zone.servers("sip:localhost") == ["[::1]:5060 over UDP", "127.0.0.1:5060 over UDP"])
    #expect(try zone.servers("sip:a.LOCALHOST:99") == ["[::1]:99 over UDP", "127.0.0.1:99 over UDP"])
    #expect(zone.queries.isEmpty)
  }

  @Test("DNS-02 TRAP-15 with a port only addresses are asked for, even for 5060")
  func explicitPort() throws {
    var zone = ZoneAnswers()
    zone.host("example.org", ["192.0.2.1"])
    zone.srv("_sip._udp.example.org", [(0, 0, 5080, "other.example.org")])
    #expect(try zone.servers("sip:Example.ORG:5060") == ["192.0.2.1:5060 over UDP"])
    #expect(zone.queries == ["example.org A", "example.org AAAA"])
    #expect(try zone.servers("sips:example.org:5999") == ["192.0.2.1:5999 over TLS"])
  }

  @Test(
    "DNS-03 a transport without a port asks for exactly its SRV records",
    arguments: [
      ("sip:example.org;transport=tcp", "_sip._tcp.example.org SRV"),
      ("sip:example.org;transport=UDP", "_sip._udp.example.org SRV"),
      ("sip:example.org;transport=tls", "_sips._tcp.example.org SRV"),
      ("sips:example.org;transport=tcp", "_sips._tcp.example.org SRV"),
    ]
  )
  func explicitTransport(uri: String, query: String) throws {
    var zone = ZoneAnswers()
    zone.host("example.org", ["192.0.2.1"])
    _ = try zone.servers(uri)
    #expect(zone.queries == [query, "example.org A", "example.org AAAA"])
  }

  @Test("DNS-04 with neither port nor transport NAPTR comes first, and then the SRV of its record")
  func naptrFirst() throws {
    var zone = ZoneAnswers()
    zone.naptr("example.org", [(10, 10, "s", "SIP+D2T", "_sip._tcp.sip.example.net")])
    zone.srv("_sip._tcp.sip.example.net", [(0, 0, 5070, "a.example.net")])
    zone.host("a.example.net", ["192.0.2.1"])
    let location = try #require(try zone.location("sip:example.org"))
    #expect(location.targets.map(\.server.description) == ["192.0.2.1:5070 over TCP"])
    #expect(location.targets[0].domain == .name("example.org"), "not what the records say")
    #expect(
      zone.queries
        == ["example.org NAPTR", "_sip._tcp.sip.example.net SRV", "a.example.net A", "a.example.net AAAA"]
    )
  }

  @Test("DNS-05 NAPTR records go by order and preference; other services and flags are left out")
  func naptrOrder() throws {
    var zone = ZoneAnswers()
    zone.naptr(
      "example.org",
      [
        (20, 10, "s", "SIP+D2U", "_sip._udp.example.org"), (5, 5, "s", "SIP+D2S", "_sip._sctp.example.org"),
        (10, 50, "S", "sip+d2t", "_sip._tcp.example.org"), (1, 1, "u", "E2U+sip", ""),
        (2, 2, "a", "SIP+D2U", "a.example.org"), (10, 20, "s", "SIPS+D2T", "_sips._tcp.elsewhere.example"),
      ]
    )
    zone.srv("_sip._udp.example.org", [(0, 0, 1, "h.example.org")])
    zone.srv("_sip._tcp.example.org", [(0, 0, 2, "h.example.org")])
    zone.srv("_sips._tcp.elsewhere.example", [(0, 0, 3, "h.example.org")])
    zone.host("h.example.org", ["192.0.2.1"])
    #expect(
      try zone.servers("sip:example.org")
        == ["192.0.2.1:3 over TLS", "192.0.2.1:2 over TCP", "192.0.2.1:1 over UDP"]
    )
    #expect(zone.queries.filter { $0.hasSuffix("SRV") }.count == 3)
  }

  @Test("DNS-06 a SIPS URI uses only SIPS services; without TLS here a SIP URI passes them by")
  func secureServices() throws {
    var zone = ZoneAnswers()
    let rules: [(UInt16, UInt16, String, String, String)] = [
      (1, 1, "s", "SIP+D2U", "_sip._udp.example.org"), (2, 1, "s", "SIPS+D2T", "_sips._tcp.example.org"),
    ]
    zone.naptr("example.org", rules)
    zone.srv("_sip._udp.example.org", [(0, 0, 1, "h.example.org")])
    zone.srv("_sips._tcp.example.org", [(0, 0, 2, "h.example.org")])
    zone.host("h.example.org", ["192.0.2.1"])
    #expect(try zone.servers("sips:example.org") == ["192.0.2.1:2 over TLS"])
    #expect(try zone.servers("sip:example.org") == ["192.0.2.1:1 over UDP", "192.0.2.1:2 over TLS"])
    var plain = ZoneAnswers(supported: [.udp])
    plain.results = zone.results
    #expect(try plain.servers("sip:example.org") == ["192.0.2.1:1 over UDP"])
    plain.naptr("example.org", [rules[1]])
    var late = ZoneAnswers(supported: [.udp])
    late.results = plain.results
    #expect(
      try late.failure("sip:example.org") == .noCommonTransport(domain: "example.org", offered: ["TLS"])
    )
  }

  @Test(
    "DNS-07 without NAPTR each transport's SRV is asked for; without SRV the domain's own addresses",
    arguments: [DNSResult.noRecords(lifetime: 5), .noSuchName(lifetime: 5)]
  )
  func withoutRecords(none: DNSResult) throws {
    var zone = ZoneAnswers()
    zone.results[DNSQuery("example.org", .naptr)] = none
    zone.results[DNSQuery("_sip._udp.example.org", .srv)] = none
    zone.results[DNSQuery("_sip._tcp.example.org", .srv)] = none
    zone.results[DNSQuery("_sips._tcp.example.org", .srv)] = none
    zone.host("example.org", ["192.0.2.1"])
    #expect(try zone.servers("sip:example.org") == ["192.0.2.1:5060 over UDP"])
    #expect(
      zone.takeQueries()
        == [
          "example.org NAPTR", "_sip._udp.example.org SRV", "_sip._tcp.example.org SRV", "example.org A",
          "example.org AAAA",
        ]
    )
    #expect(try zone.servers("sips:example.org") == ["192.0.2.1:5061 over TLS"])
    #expect(zone.takeQueries() == ["_sips._tcp.example.org SRV"])
  }

  @Test("DNS-08 a NAPTR query that fails is not taken for none: SRV is asked for, with a warning")
  func failedNAPTR() throws {
    var zone = ZoneAnswers(supported: [.udp])
    zone.results[DNSQuery("example.org", .naptr)] = .failed(.serverFailed)
    zone.srv("_sip._udp.example.org", [(0, 0, 5070, "h.example.org")])
    zone.host("h.example.org", ["192.0.2.1"])
    let location = try #require(try zone.location("sip:example.org"))
    #expect(location.targets.map(\.server.endpoint.port) == [5070])
    #expect(location.warnings == [.passedOver(DNSQuery("example.org", .naptr), .serverFailed)])
    #expect(location.expiresAt == ZoneAnswers.start + .seconds(30), "asked again soon")
  }

  @Test("an SRV query that fails never sends a REGISTER to the domain's own address")
  func failedSRV() throws {
    for failure in [DNSFailure.serverFailed, .timedOut, .refused] {
      var zone = ZoneAnswers(supported: [.udp])
      zone.results[DNSQuery("_sip._udp.example.org", .srv)] = .failed(failure)
      zone.host("example.org", ["192.0.2.1"])
      let query = DNSQuery("_sip._udp.example.org", .srv)
      #expect(try zone.failure("sip:example.org") == .noAnswer(query, failure))
    }
  }

  @Test("without any name server a name of the hosts file still works")
  func hostsFileOnly() throws {
    var zone = ZoneAnswers()
    zone.host("pbx", ["192.0.2.1"])
    for query in [
      DNSQuery("pbx", .naptr), DNSQuery("_sip._udp.pbx", .srv), DNSQuery("_sip._tcp.pbx", .srv),
    ] { zone.results[query] = .failed(.unreachable) }
    #expect(try zone.servers("sip:pbx") == ["192.0.2.1:5060 over UDP"])
  }

  @Test("DNS-10 the record's port is used, and every address of its target")
  func recordPortAndAddresses() throws {
    var zone = ZoneAnswers(supported: [.udp])
    zone.srv("_sip._udp.example.org", [(20, 0, 5080, "b.example.org"), (10, 0, 5070, "a.example.org")])
    zone.host("a.example.org", ["192.0.2.1", "192.0.2.2"])
    zone.host("b.example.org", ["192.0.2.3"])
    let location = try #require(try zone.location("sip:example.org"))
    #expect(
      location.targets.map(\.server.endpoint.description) == [
        "192.0.2.1:5070", "192.0.2.2:5070", "192.0.2.3:5080",
      ]
    )
    #expect(location.targets[0].rank == location.targets[1].rank)
    #expect(location.targets[1].rank < location.targets[2].rank)
    #expect(
      location.targets[2].description
        == "192.0.2.3:5080 over UDP (_sip._udp.example.org, priority 20, weight 0, b.example.org)"
    )
  }

  @Test("DNS-11 the target . means that the service is not offered: no address is asked for")
  func serviceNotOffered() throws {
    var zone = ZoneAnswers()
    zone.srv("_sip._udp.example.org", [(0, 0, 0, "")])
    zone.host("example.org", ["192.0.2.1"])
    let failure = try #require(try zone.failure("sip:example.org"))
    #expect(failure == .notOffered(domain: "example.org", .udp))
    #expect("\(failure)".contains("service not available"))
    #expect(!zone.queries.contains { $0.hasSuffix(" A") })
    zone.srv("_sip._tcp.example.org", [(0, 0, 5070, "h.example.org")])
    zone.host("h.example.org", ["192.0.2.9"])
    #expect(try zone.servers("sip:example.org", after: .seconds(4000)) == ["192.0.2.9:5070 over TCP"])
  }

  @Test("DNS-12 a target without address is left out, and an alias is used after all others")
  func oddTargets() throws {
    var zone = ZoneAnswers(supported: [.udp])
    zone.srv(
      "_sip._udp.example.org",
      [(1, 0, 1, "alias.example.org"), (2, 0, 2, "gone.example.org"), (3, 0, 3, "good.example.org")]
    )
    zone.host("alias.example.org", ["192.0.2.1"], isAlias: true)
    zone.host("good.example.org", ["192.0.2.3"])
    let location = try #require(try zone.location("sip:example.org"))
    #expect(location.targets.map(\.server.endpoint.port) == [3, 1])
    #expect(location.targets[0].rank < location.targets[1].rank)
    #expect(
      Set(location.warnings) == [.aliasedTarget("alias.example.org"), .unresolvedTarget("gone.example.org")]
    )
  }

  @Test("DNS-13 maddr stands in the host's place, but not in a certificate's")
  func maddr() throws {
    var zone = ZoneAnswers()
    let location = try #require(try zone.location("sip:example.org;maddr=192.0.2.9"))
    #expect(location.targets.map(\.server.description) == ["192.0.2.9:5060 over UDP"])
    #expect(location.targets[0].domain == .name("example.org"))
    #expect(zone.queries.isEmpty)
  }

  @Test("DNS-14 both families are asked for and take turns; a family that is not used is not asked for")
  func dualStack() throws {
    var zone = ZoneAnswers(supported: [.udp])
    zone.host("h.example.org", ["192.0.2.1", "192.0.2.2", "[2001:db8::1]", "[fd00::1]", "[2001:db8::2]"])
    #expect(
      try zone.servers("sip:h.example.org:5060").map { $0.prefix { $0 != " " } }
        == [
          "[2001:db8::1]:5060", "192.0.2.1:5060", "[2001:db8::2]:5060", "192.0.2.2:5060", "[fd00::1]:5060",
        ]
    )
    var pinned = Destination(host: .name("h.example.org"), port: 5060)
    pinned.families = [.ipv4]
    _ = zone.takeQueries()
    guard case .located(_, let location) = zone.locate(pinned, after: .seconds(4000)) else {
      Issue.record("not located")
      return
    }
    #expect(location.targets.count == 2 && zone.queries == ["h.example.org A"])
  }

  @Test("one family is enough when the other cannot be looked up")
  func halfAnAnswer() throws {
    var zone = ZoneAnswers(supported: [.udp])
    zone.host("h.example.org", ["192.0.2.1"])
    zone.results[DNSQuery("h.example.org", .aaaa)] = .failed(.timedOut)
    #expect(try zone.servers("sip:h.example.org:5060") == ["192.0.2.1:5060 over UDP"])
  }

  @Test("DNS-27 each way to find nothing has words of its own")
  func reasons() throws {
    var texts: Set<String> = []
    let results: [DNSResult] =
      [.noSuchName(lifetime: nil), .noRecords(lifetime: nil)] + DNSFailure.allCases.map { .failed($0) }
    for result in results {
      var zone = ZoneAnswers(supported: [.udp])
      zone.results[DNSQuery("example.org", .a)] = result
      zone.results[DNSQuery("example.org", .aaaa)] = result
      texts.insert("\(try #require(try zone.failure("sip:example.org:5060")))")
    }
    #expect(texts.count == results.count)
    #expect(texts.contains("example.org: no such name (NXDOMAIN)"))
    #expect(texts.contains("example.org: the name has no address (no A or AAAA record)"))
    #expect(texts.contains("example.org A: the name server failed (SERVFAIL)"))
  }

  @Test("DNS-29 however many records there are, 64 servers are the most that are used")
  func manyRecords() throws {
    var zone = ZoneAnswers(supported: [.udp])
    zone.srv("_sip._udp.example.org", (0..<5000).map { ($0, 0, 5060, "h\($0).example.org") })
    for number in 0..<5000 { zone.host("h\(number).example.org", ["192.0.2.1", "192.0.2.2"]) }
    let location = try #require(try zone.location("sip:example.org"))
    #expect(location.targets.count == 64 && zone.queries.count < 140)
  }

  @Test("DNS-30 a domain that offered SIP over TLS before, and does not now, is warned of")
  func secureServiceGone() throws {
    var zone = ZoneAnswers()
    zone.naptr("example.org", [(1, 1, "s", "SIPS+D2T", "_sips._tcp.example.org")])
    zone.srv("_sips._tcp.example.org", [(0, 0, 5061, "h.example.org")])
    zone.srv("_sip._udp.example.org", [(0, 0, 5060, "h.example.org")])
    zone.host("h.example.org", ["192.0.2.1"])
    #expect(try zone.location("sip:example.org")?.warnings == [])
    #expect(zone.locator.securedDomains == ["example.org"])
    zone.results[DNSQuery("example.org", .naptr)] = .noRecords(lifetime: nil)
    let location = try zone.location("sip:example.org", after: .seconds(4000))
    #expect(location?.warnings == [.secureServiceGone("example.org")])
  }
}
