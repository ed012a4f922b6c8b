import SIP
import Testing

@testable import sipreconcile

@Suite struct LocatingTextTests {
  private func steps(_ uri: String, _ transport: Transport? = nil) -> String {
    LocatingText.steps(Destination(SampleHop.uri(uri), transport: transport))
  }

  @Test("the steps are told with their reason")
  func theSteps() {
    #expect(steps("sip:192.0.2.1") == "an address: no name server is asked; UDP, for nothing names another")
    #expect(
      steps("sip:example.org:5080", .tcp)
        == "a port is given: A and AAAA, without NAPTR and SRV; TCP, as declared"
    )
    #expect(
      steps("sip:example.org;transport=tls")
        == "TLS is declared: SRV, then A and AAAA, without NAPTR"
    )
    #expect(
      steps("sip:example.org")
        == "neither port nor transport is given: NAPTR, then SRV, then A and AAAA"
    )
    #expect(steps("sips:example.org").hasSuffix("; TLS only, for the URI is sips"))
  }

  @Test("records stand in the order in which they are used")
  func records() {
    let record = { (priority: UInt16, weight: UInt16, target: String) in
      DNSRecord(
        name: "x",
        lifetime: 60,
        value: .srv(SRVRecord(priority: priority, weight: weight, port: 5060, target: target))
      )
    }
    let answer = DNSAnswer(
      records: [record(20, 0, "c"), record(10, 5, "b"), record(10, 90, "")],
      lifetime: 60
    )
    #expect(LocatingText.records(.found(answer)) == ["10 90 5060 .", "10 5 5060 b", "20 0 5060 c"])
    #expect(LocatingText.absence(.noSuchName(lifetime: 5)) == "no such name")
    #expect(LocatingText.lifetime(.noRecords(lifetime: 7)) == 7)
  }
}
