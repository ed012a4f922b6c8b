import SIP
import Testing

@testable import EngineNIO

@Suite struct HopSearchTests {
  @Test("DNS-04 each question and answer is kept in order, down to the servers")
  func steps() {
    var search = HopSearch(Destination(host: .name("example.org")), rules: ServerRules())
    var random = RandomSource(seed: 1)
    let now = Instant(nanoseconds: 0)
    #expect(search.pending == [DNSQuery("example.org", .naptr)])
    let naptr = NAPTRRecord(
      order: 1,
      preference: 1,
      flags: "s",
      service: "SIP+D2U",
      replacement: "_sip._udp.example.org"
    )
    let srv = SRVRecord(priority: 1, weight: 0, port: 5070, target: "a.example.org")
    let answers: [(DNSQuery, DNSRecord.Value)] = [
      (DNSQuery("example.org", .naptr), .naptr(naptr)), (DNSQuery("_sip._udp.example.org", .srv), .srv(srv)),
      (DNSQuery("a.example.org", .a), .address(.ipv4(IPv4Address("192.0.2.1")!))),
    ]
    for (query, value) in answers {
      #expect(search.pending.contains(query))
      let record = DNSRecord(name: query.name, lifetime: 60, value: value)
      let result = DNSResult.found(DNSAnswer(records: [record], lifetime: 60))
      search.answered(query, result, after: .milliseconds(1), at: now)
    }
    #expect(search.pending == [DNSQuery("a.example.org", .aaaa)])
    search.answered(DNSQuery("a.example.org", .aaaa), .noRecords(lifetime: 5), after: .zero, at: now)
    #expect(search.pending.isEmpty)
    let location = search.location(using: &random)
    #expect(location.lookups.map(\.query) == answers.map(\.0) + [DNSQuery("a.example.org", .aaaa)])
    #expect(location.order.map { "\($0.server)" } == ["192.0.2.1:5070 over UDP"])
  }

  @Test("DNS-01 an address is its own server, without a question")
  func anAddress() {
    let address = Host.ipv4(IPv4Address("192.0.2.1")!)
    let search = HopSearch(Destination(host: address, transport: .tcp), rules: ServerRules())
    var random = RandomSource(seed: 1)
    #expect(search.pending.isEmpty)
    #expect(search.location(using: &random).order.map { "\($0.server)" } == ["192.0.2.1:5060 over TCP"])
  }

  @Test("a name that does not exist has no servers")
  func noName() {
    var search = HopSearch(Destination(host: .name("example.org"), port: 5060), rules: ServerRules())
    var random = RandomSource(seed: 1)
    for query in search.pending {
      search.answered(query, .noSuchName(lifetime: nil), after: .zero, at: Instant(nanoseconds: 0))
    }
    #expect(search.location(using: &random).outcome == .failed(.noSuchName("example.org")))
  }
}
