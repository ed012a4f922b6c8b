import Reconcile
import SIP
import Testing

@testable import EngineNIO

/// RFC 8599 as a registrar sees it.
struct PushOnTheWireTests {
  private static func account(prid: String = "00fc+13ad:a=b/c@d") -> Account {
    var account = SimulatedNetwork.account("a")
    account.push = PushParameters(provider: "apns", param: "TEAM.org.example.app", prid: prid)
    return account
  }

  @Test("PSH-01 the pn parameters stand inside the brackets, what they may not hold escaped")
  func parametersOfTheURI() throws {
    var network = SimulatedNetwork()
    try network.add([Self.account()])
    network.run(for: .seconds(1))
    let uri = try #require(network.requests.first?.contactURI)
    let expected = ";pn-provider=apns;pn-param=TEAM.org.example.app;pn-prid=00fc+13ad:a%3Db/c%40d"
    #expect(uri == "sip:a@192.0.2.100:5062" + expected)
    #expect(network.requests[0].contact == "<\(uri)>;expires=3600")
  }

  @Test(
    "PSH-02 no answer of ours to a request shows a pn parameter",
    arguments: ["OPTIONS", "INVITE", "NOTIFY"]
  )
  func answersShowNoDevice(method: String) throws {
    var network = SimulatedNetwork()
    try network.add([Self.account()])
    network.run(for: .seconds(1))
    network.inject(
      """
      \(method) sip:a@192.0.2.100:5062 SIP/2.0\r
      Via: SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bKx;rport\r
      From: <sip:x@192.0.2.1>;tag=1\r\nTo: <sip:a@192.0.2.1>\r\nCall-ID: c\r\nCSeq: 1 \(method)\r
      Content-Length: 0\r\n\r\n
      """
    )
    #expect(network.answers.count == 1 && !network.answers[0].contains("pn-"))
  }

  @Test("PSH-03 a removal names the contact without its pn-prid, also one of an account that is gone")
  func removalsNameNoDevice() throws {
    var network = SimulatedNetwork()
    try network.add([Self.account()])
    network.run(for: .seconds(1))
    let bound = try #require(network.requests.first?.contactURI)
    try network.edit("a") { $0.account.register = false }
    network.run(for: .seconds(1))
    let sequence = CallSequence(callID: "old", lastCSeq: 1, ceiling: 9)
    let withdrawal = Withdrawal(account: Self.account(), credentials: [], sequence: sequence, contact: bound)
    network.machine.withdraw(withdrawal, ticket: 1, position: 0, at: network.now)
    network.machine.pump(at: network.now)
    network.run(for: .seconds(1))
    #expect(network.requests.count == 3 && network.state("a") == .cleared)
    for request in network.requests.dropFirst() {
      let uri = "sip:a@192.0.2.100:5062;pn-provider=apns;pn-param=TEAM.org.example.app"
      #expect(request.contact == "<\(uri)>;expires=0")
    }
  }

  @Test("PSH-03 a registrar that compares letter by letter is told the whole contact the second time")
  func aLiteralRegistrarIsToldAgain() throws {
    var bound: Set<String> = []
    var network = SimulatedNetwork { request in
      if request.row("Expires") == "0" {
        bound.remove(request.contactURI)
      } else {
        bound.insert(request.contactURI)
      }
      return .status(200, "OK", rows: bound.map { "Contact: <\($0)>;expires=600" })
    }
    try network.add([Self.account()])
    network.run(for: .seconds(1))
    try network.edit("a") { $0.account.register = false }
    network.run(for: .seconds(1))
    #expect(network.requests.count == 3 && network.state("a") == .cleared)
    #expect(!network.requests[1].text.contains("pn-prid") && network.requests[2].text.contains("pn-prid"))
  }

  @Test("PSH-03 a registrar that never lets go is asked twice, and then after a pause")
  func aStubbornRegistrarIsNoLoop() throws {
    var contact = ""
    var network = SimulatedNetwork { request in
      if contact.isEmpty { contact = request.contactURI }
      return .status(200, "OK", rows: ["Contact: <\(contact)>;expires=600"])
    }
    try network.add([Self.account()])
    network.run(for: .seconds(1))
    try network.edit("a") { $0.account.register = false }
    network.run(for: .seconds(10))
    #expect(network.requests.count == 3 && network.last("a")?.failure == .stillBound)
  }

  @Test("PSH-04 a new prid is one REGISTER, and the old contact is not left behind")
  func aNewDeviceReplacesTheOld() throws {
    var network = SimulatedNetwork()
    try network.add([Self.account(prid: "old")])
    network.run(for: .seconds(1))
    try network.edit("a") { $0.account.push?.prid = "new" }
    network.run(for: .seconds(1))
    #expect(network.requests.count == 2 && network.state("a") == .ok)
    let uri = "sip:a@192.0.2.100:5062;pn-provider=apns;pn-param=TEAM.org.example.app;pn-prid="
    #expect(network.requests[1].contact == "<\(uri)new>;expires=3600, <\(uri)old>;expires=0")
  }

  @Test("PSH-10 a trace shows neither the device nor what wakes it")
  func tracesShowNoDevice() throws {
    var network = SimulatedNetwork()
    try network.add([Self.account(prid: "0123secret")])
    network.run(for: .seconds(1))
    let request = try #require(network.requests.first)
    let record = TraceRecord(.sent, peer: request.server, bytes: request.bytes)
    #expect(request.text.contains("0123secret"))
    #expect(!record.text.contains("0123secret") && !record.text.contains("TEAM"))
    let contact =
      "<sip:a@192.0.2.100:5062;pn-provider=apns;pn-param=(removed);pn-prid=(removed)>;expires=3600"
    #expect(record.text.contains("Contact: \(contact)\r\n"))
    #expect(record.text.hasSuffix("Content-Length: 0\r\n\r\n"))
  }
}
