import Reconcile
import SIP
import Testing

@testable import EngineNIO

struct NATContactTests {
  private typealias Network = SimulatedNetwork
  private static let local = "sip:a@192.0.2.100:5062"

  /// A 200 with the request's contact, from a registrar that sees us elsewhere.
  private static func seen(_ request: Network.Request, at port: Int, host: String = "203.0.113.9")
    -> Network.Reply
  {
    let via = (request.row("Via") ?? "").replacing(";rport;", with: ";received=\(host);rport=\(port);")
    let expires = request.row("Expires") ?? "0"
    var lines = ["SIP/2.0 200 OK", "Via: \(via)"]
    lines += ["From", "Call-ID", "CSeq"].map { "\($0): \(request.row($0) ?? "")" }
    lines.append("To: \(request.row("To") ?? "");tag=srv")
    if expires != "0", request.contact != nil {
      lines.append("Contact: <\(request.contactURI)>;expires=\(expires)")
    }
    return .raw((lines + ["Content-Length: 0", "", ""]).joined(separator: "\r\n"))
  }

  private func network(
    learns: Bool = true,
    followsAddress: Bool = true,
    reply: @escaping (Network.Request) -> Network.Reply = { NATContactTests.seen($0, at: 40_000) }
  ) -> Network {
    var network = Network(reply: reply)
    network.machine.settings.learnsContacts = learns
    if followsAddress { network.machine.addressChanged(to: Self.own(Network.local.address), at: network.now) }
    return network
  }

  private static func own(_ host: Host) -> OwnAddress {
    OwnAddress(hosts: [host], port: 5062, learnsContacts: true)
  }

  private func contacts(_ request: Network.Request?) -> String {
    request?.rows("Contact").joined(separator: ", ") ?? ""
  }

  @Test("TRN-15 one REGISTER more has the public address, and removes the contact before it")
  func oneRegisterCorrectsTheContact() throws {
    var network = network()
    try network.add([Network.account("a")])
    network.run(for: .seconds(600))
    #expect(network.requests.map(\.contactURI) == [Self.local, "sip:a@203.0.113.9:40000"])
    #expect(contacts(network.requests.last).contains("<\(Self.local)>;expires=0"))
    #expect(network.last("a")?.contact == "sip:a@203.0.113.9:40000")
    #expect(network.last("a")?.formerContacts == [])
    #expect(network.state("a") == .ok)
    network.run(for: .seconds(7200))
    #expect(network.requests.dropFirst(2).allSatisfy { contacts($0).contains("203.0.113.9:40000") })
    #expect(network.requests.dropFirst(2).allSatisfy { !contacts($0).contains("192.0.2.100") })
  }

  @Test("TRN-15 REG-67 the corrected contact is told before its REGISTER can be answered")
  func theCorrectedContactIsToldBeforeTheAnswer() throws {
    var number = 0
    var network = network { request in
      number += 1
      return number == 1 ? NATContactTests.seen(request, at: 40_000) : .silence
    }
    try network.add([Network.account("a")])
    network.run(for: .seconds(1))
    let event = try #require(network.last("a"))
    #expect(event.contact == Self.local)
    #expect(event.formerContacts == ["sip:a@203.0.113.9:40000"])
  }

  @Test("TRN-15 without the setting nothing is corrected, and the public address is only shown")
  func withoutTheSettingNothingIsCorrected() throws {
    var network = network(learns: false)
    try network.add([Network.account("a")])
    network.run(for: .seconds(600))
    #expect(network.requests.count == 1)
    #expect(network.last("a")?.publicAddress == "203.0.113.9:40000")
  }

  @Test("TRN-15 a mapping that changes each time costs three REGISTERs, one warning, and then nothing")
  func aMappingThatChangesEachTimeIsNotChased() throws {
    var port = 40_000
    var network = network { request in
      port += 1
      return NATContactTests.seen(request, at: port)
    }
    try network.add([Network.account("a")])
    network.run(for: .seconds(2000))
    #expect(network.requests.count == 4)
    #expect(network.warnings.count == 1)
    #expect(network.warnings.first?.description.contains("192.0.2.1:5060 sees us at another") == true)
    #expect(network.last("a")?.contact == "sip:a@203.0.113.9:40003")
    #expect(network.state("a") == .ok)
    // A day of refreshes: each round of corrections waits twice as long as the one before.
    network.run(for: .seconds(86_400))
    #expect(network.warnings.count <= 5)
    #expect(network.requests.count < 4 + 33 + 4 * 3)
    #expect(network.state("a") == .ok)
  }

  @Test("TRN-15 who comes later has the public address at once, and all follow when it moves")
  func laterAccountsNeedNoCorrection() throws {
    var port = 40_000
    var network = network { request in NATContactTests.seen(request, at: port) }
    try network.add([Network.account("a")])
    network.run(for: .seconds(10))
    try network.add([Network.account("b")])
    network.run(for: .seconds(10))
    #expect(network.requests(of: "b").map(\.contactURI) == ["sip:b@203.0.113.9:40000"])
    port = 41_000
    try network.refresh(["b"])
    network.run(for: .seconds(60))
    #expect(network.requests(of: "b").last?.contactURI == "sip:b@203.0.113.9:41000")
    #expect(network.requests(of: "a").last?.contactURI == "sip:a@203.0.113.9:41000")
    #expect(contacts(network.requests(of: "a").last).contains("<sip:a@203.0.113.9:40000>;expires=0"))
    #expect(network.requests.count == 6)
  }

  @Test("TRN-15 dependents register once, with the corrected contact, and follow it")
  func dependentsShareTheCorrectedContact() throws {
    var port = 40_000
    var network = network { request in NATContactTests.seen(request, at: port) }
    try network.add([Network.account("m"), Network.account("d", dependsOn: [Dependency(account: "m")])])
    network.run(for: .seconds(60))
    #expect(network.requests(of: "m").count == 2)
    #expect(network.requests(of: "d").map(\.contactURI) == ["sip:m@203.0.113.9:40000"])
    port = 41_000
    try network.refresh(["m"])
    network.run(for: .seconds(60))
    #expect(network.requests(of: "d").map(\.contactURI).last == "sip:m@203.0.113.9:41000")
    #expect(network.requests(of: "d").count == 2)
  }

  @Test("TRN-15 a declared contact, an advertised one and one with outbound are never corrected")
  func whatIsDeclaredStays() throws {
    var declared = Network.account("declared")
    declared.contact = ContactDeclaration(uri: SIPURI(user: "x", host: Host("192.0.2.77")!))
    var outbound = Network.account("outbound")
    outbound.outbound = OutboundSettings(isEnabled: true)
    outbound.outbound.instanceID = "urn:uuid:00000000-0000-1000-8000-aabbccddeeff"
    var first = network()
    try first.add([declared, outbound])
    first.run(for: .seconds(600))
    #expect(first.requests.count == 2)

    var second = Network(advertise: (Host("pbx.example.com")!, nil)) { NATContactTests.seen($0, at: 40_000) }
    second.machine.settings.learnsContacts = true
    try second.add([Network.account("a")])
    second.run(for: .seconds(600))
    #expect(second.requests.map(\.contactURI) == ["sip:a@pbx.example.com"])
  }

  @Test("TRN-15 without a NAT between, nothing is corrected")
  func withoutANATNothingIsCorrected() throws {
    for transport in [Transport.udp, .tcp] {
      var network = network { request in
        let port = transport == .udp ? 5062 : 40_001
        return NATContactTests.seen(request, at: port, host: "192.0.2.100")
      }
      network.machine.streamPort = 5070
      var account = Network.account("a")
      account.transport = transport
      try network.add([account])
      network.run(for: .seconds(600))
      #expect(network.requests.count == 1)
    }
  }

  @Test("TRN-15 over a connection the contact shows where the connection comes out")
  func aConnectionIsCorrectedToo() throws {
    var network = network()
    network.machine.streamPort = 5070
    var account = Network.account("a")
    account.transport = .tcp
    try network.add([account])
    network.run(for: .seconds(600))
    #expect(
      network.requests.map(\.contactURI) == [
        "sip:a@192.0.2.100:5070;transport=tcp", "sip:a@203.0.113.9:40000;transport=tcp",
      ]
    )
  }

  @Test("TRN-15 a restart keeps the corrected contact, and corrects it where the mapping is another by then")
  func aRestartKeepsTheCorrectedContact() throws {
    for (follows, contacts) in [(true, ["40000", "41000"]), (false, ["40000"])] {
      var network = network(followsAddress: follows) { NATContactTests.seen($0, at: 41_000) }
      var addition = Network.addition(Network.account("a"))
      addition.binding = ExistingBinding(
        contact: "sip:a@203.0.113.9:40000",
        expiresIn: .seconds(1800),
        refreshIn: .seconds(600),
        granted: 3600
      )
      try network.machine.add([addition], at: network.now)
      network.run(for: .seconds(599))
      #expect(network.requests.isEmpty)
      network.run(for: .seconds(60))
      #expect(network.requests.map { $0.contactURI.split(separator: ":").last.map(String.init) } == contacts)
    }
  }

  @Test(
    "TRN-15 REG-67 another address of the machine renews what was registered behind the NAT of the old one"
  )
  func anotherAddressOfTheMachine() throws {
    var port = 40_000
    var network = network { NATContactTests.seen($0, at: port) }
    try network.add([Network.account("a")])
    network.run(for: .seconds(60))
    port = 41_000
    network.local.address = Host("192.0.2.150")!
    network.machine.addressChanged(to: Self.own(Host("192.0.2.150")!), at: network.now)
    network.perform()
    network.run(for: .seconds(60))
    #expect(network.last("a")?.contact == "sip:a@203.0.113.9:41000")
    #expect(network.requests.count == 4)
  }

  @Test("TRN-15 only a 2xx that lists our binding is believed")
  func refusalsAreNotBelieved() throws {
    var network = network { request in
      let via = (request.row("Via") ?? "").replacing(";rport;", with: ";received=203.0.113.9;rport=40000;")
      let rows = ["From", "To", "Call-ID", "CSeq"].map { "\($0): \(request.row($0) ?? "")" }
      return .raw((["SIP/2.0 403 Forbidden", "Via: \(via)"] + rows + ["", ""]).joined(separator: "\r\n"))
    }
    try network.add([Network.account("a")])
    network.run(for: .seconds(4000))
    #expect(network.requests.count > 1)
    #expect(network.requests.allSatisfy { $0.contactURI == Self.local })
  }
}
