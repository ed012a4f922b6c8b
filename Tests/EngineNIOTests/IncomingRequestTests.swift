import Reconcile
import SIP
import Testing

@testable import EngineNIO

struct IncomingRequestTests {
  private static func request(_ method: String, user: String = "a") -> String {
    """
    \(method) sip:\(user)@192.0.2.100:5062 SIP/2.0\r
    Via: SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bKx;rport\r
    From: <sip:x@192.0.2.1>;tag=1\r\nTo: <sip:\(user)@192.0.2.1>\r\nCall-ID: c\r\nCSeq: 1 \(method)\r
    Content-Length: 0\r\n\r\n
    """
  }

  @Test(
    "TRN-23 TRAP-27 TRN-24 requests that reach us get their one final answer, with Allow",
    arguments: [
      ("OPTIONS", 200), ("INVITE", 480), ("CANCEL", 481), ("NOTIFY", 481), ("MESSAGE", 405), ("FOO", 501),
    ]
  )
  func finalAnswers(method: String, code: Int) throws {
    var network = SimulatedNetwork()
    try network.add([SimulatedNetwork.account("a")])
    network.run(for: .seconds(1))
    network.inject(Self.request(method))
    network.inject(Self.request(method))
    #expect(network.answers.count == 2 && network.answers[0] == network.answers[1])
    #expect(network.answers[0].hasPrefix("SIP/2.0 \(code) "))
    #expect(network.answers[0].contains("Allow: OPTIONS\r\n"))
    network.inject(Self.request("ACK"))
    #expect(network.answers.count == 2 && network.requests.count == 1)
  }

  @Test("EVT-10 the XML of a NOTIFY that nobody asked for is not read")
  func theXMLOfANotifyIsNotRead() throws {
    let laughs = (1...30).map { "<!ENTITY l\($0) \"&l\($0 - 1);&l\($0 - 1);\">" }.joined()
    let body = "<!DOCTYPE x [<!ENTITY l0 \"ha\">\(laughs)]><reginfo>&l30;</reginfo>"
    let rows = "Content-Type: application/reginfo+xml\r\nEvent: reg\r\nContent-Length: \(body.utf8.count)"
    var network = SimulatedNetwork()
    try network.add([SimulatedNetwork.account("a")])
    network.run(for: .seconds(1))
    network.inject(Self.request("NOTIFY").replacing("Content-Length: 0", with: rows) + body)
    #expect(network.answers.count == 1 && network.answers[0].hasPrefix("SIP/2.0 481 "))
    #expect(network.state("a") == .ok && network.requests.count == 1)
  }

  @Test("an INVITE is redirected where the account that is called says so")
  func callsAreRedirected() throws {
    var network = SimulatedNetwork()
    var account = SimulatedNetwork.account("a")
    account.redirect = try SIPURI(parsing: "sip:voicemail@192.0.2.50")
    try network.add([account, SimulatedNetwork.account("b")])
    network.run(for: .seconds(1))
    network.inject(Self.request("INVITE"))
    #expect(network.answers[0].hasPrefix("SIP/2.0 302 "))
    #expect(network.answers[0].contains("Contact: <sip:voicemail@192.0.2.50>\r\n"))
    network.inject(Self.request("INVITE", user: "b"))
    #expect(network.answers[1].hasPrefix("SIP/2.0 480 "))
    try network.edit("a") { $0.account.redirect = nil }
    network.inject(Self.request("INVITE"))
    #expect(network.answers[2].hasPrefix("SIP/2.0 480 "))
  }
}
