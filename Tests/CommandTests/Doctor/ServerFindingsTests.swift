import EngineNIO
import SIP
import SIPTransport
import Testing

@testable import sipreconcile

@Suite struct ServerFindingsTests {
  private func findings(_ facts: HopFacts, _ number: Int = 0) -> [Finding] {
    ServerFindings(facts, facts.servers[number]).make()
  }

  @Test func aServerThatAnswersIsInOrder() {
    let found = findings(SampleHop.facts([SampleHop.server(SampleHop.answer())]))
    #expect(
      found == [
        Finding(.reach, .ok, "answers OPTIONS with 200 OK in 3 ms", server: "192.0.2.1:5060 over UDP")
      ]
    )
  }

  @Test("any final answer shows that the server is there")
  func aRefusal() {
    let outcome = SampleHop.answer {
      $0.code = 405
      $0.reason = "Method Not Allowed"
    }
    #expect(findings(SampleHop.facts([SampleHop.server(outcome)]))[0].verdict == .ok)
  }

  @Test("an answer to a second copy only is a warning")
  func aLostCopy() {
    let outcome = SampleHop.answer { $0.wasRetransmitted = true }
    #expect(findings(SampleHop.facts([SampleHop.server(outcome)]))[0].verdict == .warning)
  }

  @Test("a silent server is a problem; where another answers it is a warning")
  func silence() {
    let silent = SampleHop.server(.silent(after: .seconds(5)), 1)
    let alone = findings(SampleHop.facts([silent]))
    #expect(alone.map(\.verdict) == [.problem])
    #expect(alone[0].message == "does not answer within 5 s")
    #expect(alone[0].remedy != nil)
    let both = SampleHop.facts([silent, SampleHop.server(SampleHop.answer(), 2)])
    #expect(findings(both).map(\.verdict) == [.warning])
  }

  @Test("one that answers REGISTER need not answer OPTIONS")
  func onlyRegister() {
    var fetch = FetchFacts("office", .listed(1))
    fetch.exchange.server = SampleHop.endpoint()
    fetch.exchange.code = 200
    let facts = SampleHop.facts([SampleHop.server(.silent(after: .seconds(5)))], fetches: [fetch])
    #expect(findings(facts).map(\.verdict) == [.ok])
    #expect(facts.hasUsableServer)
  }

  @Test("a certificate that is refused is told with its reason")
  func aRefusedCertificate() {
    let failure = FlowFailure(
      .certificate,
      "the certificate of 192.0.2.1:5060 is for a.example, and not for b"
    )
    let server = HopFacts.Server(
      SampleHop.target(1, .tls),
      ProbeResult(.unreachable(failure), certificate: SampleHop.certificate(days: 90)),
      at: SampleHop.time
    )
    let found = findings(SampleHop.facts([server]))
    #expect(found.map(\.check) == [.tls])
    #expect(found[0].verdict == .problem)
    #expect(found[0].message == failure.reason)
  }

  @Test(
    "a certificate that ends within a fortnight is a warning",
    arguments: [(90, .ok), (14, .ok), (13, .warning)] as [(Int64, Finding.Verdict)]
  )
  func theEndOfACertificate(days: Int64, verdict: Finding.Verdict) {
    let server = SampleHop.server(
      SampleHop.answer(),
      1,
      .tls,
      certificate: SampleHop.certificate(days: days)
    )
    let found = findings(SampleHop.facts([server]))[1]
    #expect(found.check == .tls && found.verdict == verdict)
    #expect(found.message.hasPrefix("TLS 1.3, the certificate is for sip.example.org, until 20"))
    #expect((found.remedy == nil) == (verdict == .ok))
  }

  @Test("a NAT on the way is told, with what to do where calls may not come through")
  func aNAT() {
    let outcome = SampleHop.answer { $0.seenAs = SampleHop.endpoint(99, port: 1024) }
    var facts = SampleHop.facts([SampleHop.server(outcome)])
    let left = findings(facts)[1]
    #expect(left.check == .address && left.verdict == .warning)
    #expect(
      left.message
        == "our address is 192.0.2.77:40000, and the server sees 192.0.2.99:1024: a NAT is on the way"
    )
    facts.hop.isLeftToNAT = false
    #expect(findings(facts)[1].verdict == .ok)
  }

  @Test func withoutANATOurAddressIsTold() {
    let outcome = SampleHop.answer { $0.seenAs = SampleHop.endpoint(77, port: 40000) }
    let found = findings(SampleHop.facts([SampleHop.server(outcome)]))[1]
    #expect(found.message == "our address is 192.0.2.77:40000, and no NAT is on the way")
  }

  @Test("what the time limit cut off is a problem")
  func cutOff() {
    #expect(findings(SampleHop.facts([SampleHop.server(.cutOff)])).map(\.verdict) == [.problem])
  }
}
