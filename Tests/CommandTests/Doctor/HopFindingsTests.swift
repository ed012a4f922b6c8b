import EngineNIO
import Reconcile
import SIP
import Testing

@testable import sipreconcile

@Suite struct HopFindingsTests {
  @Test("the oddities of records are warnings")
  func records() {
    var facts = SampleHop.facts([SampleHop.server(SampleHop.answer())])
    let location = Location(
      targets: facts.location.order,
      expiresAt: Instant(nanoseconds: 0),
      warnings: [.unresolvedTarget("x.example.org")]
    )
    facts.location.outcome = .located(location)
    let found = HopFindings(facts).make()
    #expect(found.map(\.check) == [.dns, .dns, .reach])
    #expect(found.map(\.verdict) == [.ok, .warning, .ok])
    #expect(found[0].message == "the name servers' answers lead to 1 server")
  }

  @Test("an address needs no name server, and nothing is said of one")
  func anAddress() {
    var facts = SampleHop.facts([SampleHop.server(SampleHop.answer())])
    facts.location.lookups = []
    #expect(HopFindings(facts).make().map(\.check) == [.reach])
  }

  @Test(
    "a name without servers is a problem with a remedy",
    arguments: [
      LocatingFailure.noSuchName("a.example"), .noAddress("a.example"),
      .noAnswer(DNSQuery("a.example", .a), .timedOut), .notOffered(domain: "a.example", .udp),
      .noCommonTransport(domain: "a.example", offered: ["SCTP"]),
    ]
  )
  func noServers(_ failure: LocatingFailure) {
    let facts = HopFacts(SampleHop.hop, HopLocation(outcome: .failed(failure)))
    let found = HopFindings(facts).make()
    #expect(found.map(\.verdict) == [.problem])
    #expect(found[0].message == "\(failure)")
    #expect(found[0].remedy != nil)
  }

  @Test("a look-up that the time limit cut off is a problem")
  func cutOff() {
    let facts = HopFacts(SampleHop.hop, HopLocation(outcome: .cutOff))
    #expect(HopFindings(facts).make().map(\.verdict) == [.problem])
  }

  @Test(
    "a clock that is off by more than half a minute is a warning",
    arguments: [
      (0, nil), (30, nil), (-30, nil), (31, "our clock is 31 s ahead of the server's"),
      (-3600, "our clock is 1 h behind the server's"),
    ] as [(Int64, String?)]
  )
  func clocks(difference: Int64, message: String?) {
    let now = SampleHop.time.milliseconds / 1000
    let servers = [
      SampleHop.server(SampleHop.answer { $0.date = now }, 1),
      SampleHop.server(SampleHop.answer { $0.date = now - difference }, 2),
    ]
    let found = HopFindings(SampleHop.facts(servers)).make().filter { $0.check == .clock }
    #expect(found.count == 1)
    #expect(found[0].message == message ?? "our clock and the server's agree")
    #expect(found[0].verdict == (message == nil ? .ok : .warning))
  }

  @Test("the Date of an answer to REGISTER counts too")
  func theDateOfARegister() {
    var fetch = FetchFacts("office", .listed(0))
    fetch.exchange.date = SampleHop.time.milliseconds / 1000 + 120
    fetch.at = SampleHop.time
    let found = HopFindings(SampleHop.facts([SampleHop.server(SampleHop.answer())], fetches: [fetch])).make()
    #expect(
      found.first { $0.check == .clock }?.message == "our clock is 2 min behind the server's"
    )
  }

  @Test("without a Date nothing is said of clocks")
  func noDate() {
    let found = HopFindings(SampleHop.facts([SampleHop.server(SampleHop.answer())])).make()
    #expect(!found.contains { $0.check == .clock })
  }
}
