import Testing

@testable import SIP

struct AnswerCacheTests {
  private static let query = DNSQuery("h.example.org", .a)

  private static func zone(lifetime: UInt32) -> ZoneAnswers {
    var zone = ZoneAnswers(supported: [.udp])
    zone.host("h.example.org", ["192.0.2.1"], lifetime: lifetime)
    zone.results[DNSQuery("h.example.org", .aaaa)] = .noRecords(lifetime: 100_000)
    return zone
  }

  private static let uri = "sip:h.example.org:5060"

  @Test("DNS-25 an answer is used until its TTL is over, which has a floor and a ceiling")
  func lifetimes() throws {
    for (lifetime, kept, gone) in [(60, 59, 61), (0, 9, 11), (1_000_000, 3599, 3601)] as [(UInt32, Int, Int)]
    {
      var zone = Self.zone(lifetime: lifetime)
      _ = try zone.servers(Self.uri)
      _ = zone.takeQueries()
      _ = try zone.servers(Self.uri, after: .seconds(kept))
      #expect(!zone.takeQueries().contains("h.example.org A"), "\(lifetime)")
      _ = try zone.servers(Self.uri, after: .seconds(gone))
      #expect(zone.takeQueries().contains("h.example.org A"), "\(lifetime)")
    }
  }

  @Test("a location ends with the first of its answers")
  func locationEnd() throws {
    var zone = Self.zone(lifetime: 60)
    #expect(try zone.location(Self.uri)?.expiresAt == ZoneAnswers.start + .seconds(60))
    #expect(try zone.location(Self.uri, after: .seconds(50))?.expiresAt == ZoneAnswers.start + .seconds(60))
  }

  @Test("an answer past its TTL is used while the name servers fail, with a warning and for a day at most")
  func staleAnswers() throws {
    var zone = Self.zone(lifetime: 60)
    _ = try zone.servers(Self.uri)
    zone.results[Self.query] = .failed(.timedOut)
    let stale = try #require(try zone.location(Self.uri, after: .seconds(3600)))
    #expect(stale.targets.map(\.server.endpoint.address.description) == ["192.0.2.1"])
    #expect(stale.warnings == [.stale(Self.query, .timedOut)])
    #expect(stale.expiresAt == ZoneAnswers.start + .seconds(3630))
    #expect(
      try zone.servers(Self.uri, after: .seconds(90_000)) == [
        "failed: h.example.org A: no name server answered in time"
      ]
    )
  }

  @Test("a name that is gone is gone, however well it was known")
  func negativeAnswersReplace() throws {
    var zone = Self.zone(lifetime: 60)
    _ = try zone.servers(Self.uri)
    zone.results[Self.query] = .noSuchName(lifetime: nil)
    zone.results[DNSQuery("h.example.org", .aaaa)] = .noSuchName(lifetime: nil)
    #expect(
      try zone.servers(Self.uri, after: .seconds(4000)) == ["failed: h.example.org: no such name (NXDOMAIN)"]
    )
  }

  @Test("DNS-23 asking anew passes over what is older than the floor")
  func askingAnew() throws {
    var zone = Self.zone(lifetime: 3000)
    _ = try zone.servers(Self.uri)
    zone.host("h.example.org", ["192.0.2.2"])
    #expect(try zone.servers(Self.uri, anew: true, after: .seconds(5)) == ["192.0.2.1:5060 over UDP"])
    #expect(try zone.servers(Self.uri, anew: true, after: .seconds(11)) == ["192.0.2.2:5060 over UDP"])
  }

  @Test("addresses that come along are used, but only those that the answer points to")
  func additionalRecords() throws {
    var zone = ZoneAnswers(supported: [.udp])
    let name = "_sip._udp.example.org"
    let record = SRVRecord(priority: 0, weight: 0, port: 5070, target: "h.example.org")
    let address = Host.ipv4(IPv4Address(value: 0xc000_0209))
    zone.results[DNSQuery(name, .srv)] = .found(
      DNSAnswer(
        records: [DNSRecord(name: name, lifetime: 60, value: .srv(record))],
        lifetime: 60,
        additional: [
          DNSRecord(name: "h.example.org", lifetime: 60, value: .address(address)),
          DNSRecord(name: "bank.example", lifetime: 60, value: .address(address)),
        ]
      )
    )
    #expect(try zone.servers("sip:example.org") == ["192.0.2.9:5070 over UDP"])
    #expect(!zone.takeQueries().contains("h.example.org A"))
    _ = try zone.servers("sip:bank.example:5060")
    #expect(zone.queries.contains("bank.example A"))
  }

  @Test("look-ups that want the same answer share one query, and each gets its outcome")
  func sharedQueries() throws {
    var locator = ServerLocator(supported: [.udp])
    var actions: [ServerLocator.Action] = []
    let destination = Destination(host: .name("h.example.org"), port: 5060)
    locator.locate(destination, for: 1, at: ZoneAnswers.start, into: &actions)
    locator.locate(destination, for: 2, at: ZoneAnswers.start, into: &actions)
    locator.locate(destination, for: 3, at: ZoneAnswers.start, into: &actions)
    locator.forget(3)
    #expect(actions == [.query(Self.query), .query(DNSQuery("h.example.org", .aaaa))])
    actions = []
    let result = DNSResult.failed(.refused)
    locator.answered(Self.query, result, at: ZoneAnswers.start, into: &actions)
    locator.answered(DNSQuery("h.example.org", .aaaa), result, at: ZoneAnswers.start, into: &actions)
    locator.answered(Self.query, result, at: ZoneAnswers.start, into: &actions)
    #expect(actions == [1, 2].map { .failed($0, .noAnswer(Self.query, .refused)) })
  }
}
