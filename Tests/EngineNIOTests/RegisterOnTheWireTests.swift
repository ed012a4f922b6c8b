import Reconcile
import SIP
import Testing

@testable import EngineNIO

struct RegisterOnTheWireTests {
  @Test(
    "REG-01 REG-03 REG-05 REG-06 REG-14 REG-17 REG-18 REG-24 REG-25 REG-27 UAC-01 UAC-03 TRN-13 one REGISTER, row by row"
  )
  func theFirstRegister() throws {
    var network = SimulatedNetwork()
    try network.add([SimulatedNetwork.account("alice")])
    network.run(for: .seconds(1))
    let request = try #require(network.requests.first)
    #expect(request.startLine == "REGISTER sip:192.0.2.1 SIP/2.0")
    for name in ["To", "From", "Call-ID", "CSeq", "Max-Forwards", "Via", "Contact", "Content-Length"] {
      #expect(request.rows(name).count == 1, "\(name)")
    }
    #expect(request.row("To") == "<sip:alice@192.0.2.1>")
    let from = try #require(request.row("From"))
    #expect(from.hasPrefix("<sip:alice@192.0.2.1>;tag=") && from.count >= 25 + 8)
    #expect(request.row("Via")?.hasPrefix("SIP/2.0/UDP 192.0.2.100:5062;rport;branch=z9hG4bK") == true)
    #expect(request.row("Contact") == "<sip:alice@192.0.2.100:5062>;expires=3600")
    #expect(request.row("Expires") == "3600")
    #expect(request.row("Content-Length") == "0")
    #expect(request.row("Max-Forwards") == "70")
    #expect(request.row("Require") == nil && request.row("Proxy-Require") == nil)
    #expect(request.text.hasSuffix("Content-Length: 0\r\n\r\n"))
  }

  @Test(
    "REG-05 TRAP-05 REG-55 SEC-46 nothing of an answer's To tag, Record-Route, Path or Service-Route comes back"
  )
  func answersDoNotSteerRequests() throws {
    var network = SimulatedNetwork { request in
      .status(
        200,
        "OK",
        rows: [
          "Contact: <\(request.contactURI)>;expires=100", "Record-Route: <sip:evil;lr>",
          "Path: <sip:evil;lr>",
          "Service-Route: <sip:evil;lr>", "P-Associated-URI: <sip:evil>",
        ]
      )
    }
    try network.add([SimulatedNetwork.account("alice")])
    network.run(for: .seconds(200))
    #expect(network.requests.count >= 2)
    for request in network.requests {
      #expect(request.row("To") == "<sip:alice@192.0.2.1>")
      #expect(!request.text.contains("evil"))
      #expect(request.row("Route") == nil)
    }
  }

  @Test("REG-07 REG-08 REG-09 TRAP-06 UAC-02 one Call-ID a registration, CSeq by one, a new branch each time")
  func sequenceOverAWholeLife() throws {
    var step = 0
    var network = SimulatedNetwork { request in
      step += 1
      switch step {
      case 1:
        return .status(
          401,
          "Unauthorized",
          rows: ["WWW-Authenticate: Digest realm=\"r\", nonce=\"n1\", qop=\"auth\""]
        )
      case 2: return .status(423, "Interval Too Brief", rows: ["Min-Expires: 7200"])
      default: return .good(request)
      }
    }
    try network.add([SimulatedNetwork.account("alice")], password: "secret")
    network.run(for: .seconds(7200))
    try network.edit("alice") { $0.account.register = false }
    network.run(for: .seconds(5))
    #expect(network.requests.count == 5)
    #expect(Set(network.requests.map(\.callID)) == ["call-alice"])
    #expect(network.requests.map(\.cseq) == [1, 2, 3, 4, 5])
    #expect(Set(network.requests.map(\.branch)).count == 5)
    #expect(network.requests.last?.contact?.hasSuffix(";expires=0") == true)
    #expect(network.state("alice") == .cleared)
  }

  @Test("REG-08 fifty accounts have fifty Call-IDs")
  func callIDsDiffer() throws {
    var network = SimulatedNetwork()
    try network.add((0..<50).map { SimulatedNetwork.account(AccountID("u\($0)")) })
    network.run(for: .seconds(1))
    #expect(Set(network.requests.map(\.callID)).count == 50)
    #expect(Set(network.requests.map { $0.row("From")!.split(separator: "tag=").last! }).count == 50)
  }

  @Test("REG-40 REG-41 TRAP-01 our binding is found by comparing, never by its place")
  func oursIsFoundAmongOthers() throws {
    var network = SimulatedNetwork { request in
      .status(
        200,
        "OK",
        rows: [
          "Contact: <sip:alice@10.0.0.1:5060>;expires=3600, <sip:alice@192.0.2.100:5070>;expires=3000",
          "Contact: <\(request.contactURI)>;expires=120",
        ]
      )
    }
    try network.add([SimulatedNetwork.account("alice")])
    network.run(for: .seconds(1))
    #expect(network.last("alice")?.granted == 120)
    #expect(network.last("alice")?.bindings.count == 3)
  }

  @Test("URI-01 URI-03 URI-06 TRAP-08 a contact that comes back in another spelling is ours")
  func equalSpellingsAreOurs() throws {
    for spelling in ["sip:%61lice@192.0.2.100:5062", "SIP:alice@192.0.2.100:5062;line=abc;received=x"] {
      var network = SimulatedNetwork { _ in
        .status(200, "OK", rows: ["Contact: <\(spelling)>;expires=60"])
      }
      try network.add([SimulatedNetwork.account("alice")])
      network.run(for: .seconds(1))
      #expect(network.state("alice") == .ok, "\(spelling)")
    }
  }

  @Test("URI-01 URI-02 URI-04 URI-05 what only looks like our contact is not ours")
  func differentContactsAreNotOurs() throws {
    for spelling in [
      "sip:Alice@192.0.2.100:5062", "sips:alice@192.0.2.100:5062", "sip:alice@192.0.2.100",
      "sip:alice@192.0.2.100:5062;transport=udp",
    ] {
      var network = SimulatedNetwork { _ in
        .status(200, "OK", rows: ["Contact: <\(spelling)>;expires=60"])
      }
      try network.add([SimulatedNetwork.account("alice")])
      network.run(for: .seconds(1))
      #expect(network.state("alice") == .failed, "\(spelling)")
    }
  }

  @Test("REG-47 a huge grant is clamped and leaves a sane refresh time")
  func hugeGrantsAreClamped() throws {
    for grant in ["4294967295", "4294967296", "99999999999999999999"] {
      var network = SimulatedNetwork { request in
        .status(200, "OK", rows: ["Contact: <\(request.contactURI)>;expires=\(grant)"])
      }
      try network.add([SimulatedNetwork.account("alice")])
      network.run(for: .seconds(1))
      let next = try #require(network.last("alice")?.nextIn)
      #expect(next > .zero && next <= .seconds(86_400))
    }
  }

  @Test("REG-48 a tiny grant does not make a busy loop")
  func tinyGrantsHaveAFloor() throws {
    var network = SimulatedNetwork { .bound(1, $0) }
    try network.add([SimulatedNetwork.account("alice")])
    network.run(for: .seconds(60))
    #expect(network.requests.count <= 61)
  }

  @Test("REG-60 REG-61 refreshes come early enough, and spread")
  func refreshesSpread() throws {
    var network = SimulatedNetwork { .bound(300, $0) }
    try network.add((0..<200).map { SimulatedNetwork.account(AccountID("u\($0)")) })
    network.run(for: .seconds(290))
    let refreshes = network.requests.dropFirst(200).map(\.at)
    #expect(refreshes.count >= 200)
    let first = refreshes.prefix(200)
    #expect(first.allSatisfy { $0 <= .seconds(269) })
    #expect(Set(first.map { $0.components.seconds }).count > 20)
  }

  @Test("REG-62 a refresh repeats the contact byte for byte")
  func refreshesRepeatTheContact() throws {
    var network = SimulatedNetwork { .bound(60, $0) }
    var account = SimulatedNetwork.account("alice")
    account.contact = ContactDeclaration(
      uri: try SIPURI(parsing: "sip:PBX-1@192.0.2.50:5080;ob"),
      q: "0.7",
      parameters: [HeaderField("+x", "\"y\"")]
    )
    try network.add([account])
    network.run(for: .seconds(300))
    #expect(network.requests.count > 5)
    #expect(
      Set(network.requests.compactMap(\.contact))
        == ["<sip:PBX-1@192.0.2.50:5080;ob>;q=0.7;+x=\"y\";expires=3600"]
    )
  }

  @Test("REG-70 REG-71 TRAP-19 an unregister removes exactly the contact that was bound, never *")
  func anUnregisterNamesItsContact() throws {
    var network = SimulatedNetwork()
    try network.add([SimulatedNetwork.account("alice")])
    network.run(for: .seconds(1))
    let bound = try #require(network.requests.first?.contactURI)
    try network.edit("alice") { $0.account.register = false }
    network.run(for: .seconds(1))
    let last = try #require(network.requests.last)
    #expect(last.contact == "<\(bound)>;expires=0")
    #expect(last.row("Expires") == "0")
    #expect(last.callID == network.requests[0].callID)
    #expect(network.requests.allSatisfy { $0.contact != "*" })
  }

  @Test("REG-78 a question has neither Contact nor Expires")
  func aQuestionIsBare() throws {
    var network = SimulatedNetwork { _ in .status(200, "OK", rows: ["Contact: <sip:x@9.9.9.9>;expires=7"]) }
    network.machine.query(
      BindingQuery(account: SimulatedNetwork.account("alice")),
      ticket: 1,
      position: 0,
      at: network.now
    )
    network.machine.pump(at: network.now)
    network.run(for: .seconds(1))
    let request = try #require(network.requests.first)
    #expect(request.contact == nil && request.row("Expires") == nil)
    #expect(network.listings == [.known([Binding(contact: "sip:x@9.9.9.9", expires: 7)])])
    #expect(network.events.isEmpty)
  }

  @Test("REG-86 UAC-10 UAC-12 a registrar sets the Request-URI, proxies the Route in their order")
  func routesKeepTheirOrder() throws {
    var network = SimulatedNetwork()
    var account = SimulatedNetwork.account("alice")
    account.outboundProxy = [
      try SIPURI(parsing: "sip:192.0.2.7:5999;lr"), try SIPURI(parsing: "sip:p2.example.com;lr"),
    ]
    try network.add([account])
    network.run(for: .seconds(1))
    let request = try #require(network.requests.first)
    #expect(request.startLine == "REGISTER sip:192.0.2.1 SIP/2.0")
    #expect(request.row("Route") == "<sip:192.0.2.7:5999;lr>, <sip:p2.example.com;lr>")
    #expect(request.server.description == "192.0.2.7:5999")
  }

  @Test("REG-16 HDR-19 SEC-52 names are quoted and escaped, extra headers stand as declared")
  func namesAreQuoted() throws {
    var network = SimulatedNetwork()
    var account = SimulatedNetwork.account("alice")
    account.identity.displayName = "A \"B\" \\ <x>, y"
    account.headers = [HeaderField("X-Site", "one; two")]
    try network.add([account])
    network.run(for: .seconds(1))
    let request = try #require(network.requests.first)
    #expect(request.row("To") == "\"A \\\"B\\\" \\\\ <x>, y\" <sip:alice@192.0.2.1>")
    #expect(request.row("X-Site") == "one; two")
  }

  @Test("REC-42 a rotated password is one REGISTER under the same Call-ID, and nothing is unregistered")
  func aRotatedPasswordIsOneRegister() throws {
    var network = SimulatedNetwork()
    try network.add([SimulatedNetwork.account("alice")], password: "old")
    network.run(for: .seconds(1))
    try network.edit("alice") {
      $0.credentials = [Credential(username: "alice", proof: .password(Secret("new")))]
    }
    network.run(for: .seconds(1))
    #expect(network.requests.count == 2)
    #expect(network.requests[1].cseq == 2 && network.requests[1].row("Expires") == "3600")
  }

  @Test("REC-48 REC-49 ten changed fields are one REGISTER, a local one is none, and nothing before done")
  func anEditIsOneRegister() throws {
    var network = SimulatedNetwork()
    try network.add([SimulatedNetwork.account("alice")])
    network.run(for: .seconds(1))
    var edit = try network.machine.edit("alice")
    edit.account.expires = 600
    edit.account.identity.displayName = "Alice"
    edit.account.headers = [HeaderField("X-A", "1")]
    network.run(for: .seconds(5))
    #expect(network.requests.count == 1)
    try network.machine.done(edit, at: network.now)
    network.run(for: .seconds(1))
    #expect(network.requests.count == 2)
    try network.edit("alice") { $0.account.labels = ["site": "b"] }
    network.run(for: .seconds(1))
    #expect(network.requests.count == 2)
  }

  @Test func identityAndDependenciesCannotBeEdited() throws {
    var network = SimulatedNetwork()
    try network.add([SimulatedNetwork.account("alice")])
    #expect(throws: EngineError.immutable("alice", .identity)) {
      try network.edit("alice") { $0.account.identity.uri.user = "bob" }
    }
    #expect(throws: EngineError.immutable("alice", .dependsOn)) {
      try network.edit("alice") { $0.account.dependsOn = [Dependency(account: "m")] }
    }
  }

  @Test("REC-36 REG-79 two REGISTERs of one identity are never on their way together")
  func oneIdentityOneRegister() throws {
    var network = SimulatedNetwork { .bound(3600, $0, after: .milliseconds(400)) }
    var first = SimulatedNetwork.account("a")
    first.sharedIdentity = true
    first.contact = ContactDeclaration(uri: SIPURI(user: "a", host: Host("192.0.2.11")!))
    var second = first
    second.id = "b"
    second.contact = ContactDeclaration(uri: SIPURI(user: "a", host: Host("192.0.2.12")!))
    try network.add([first, second])
    network.machine.query(BindingQuery(account: first), ticket: 1, position: 0, at: network.now)
    network.machine.pump(at: network.now)
    network.run(for: .seconds(10))
    let times = network.requests.map(\.at)
    #expect(times.count == 3)
    #expect(zip(times, times.dropFirst()).allSatisfy { $1 - $0 >= .milliseconds(400) })
  }

  @Test("a withdrawal removes the given contact under its own Call-ID and tells how it ended")
  func aWithdrawalIsAnswered() throws {
    var network = SimulatedNetwork()
    let sequence = CallSequence(callID: "old-call", lastCSeq: 64, ceiling: 128)
    let withdrawal = Withdrawal(
      account: SimulatedNetwork.account("gone"),
      credentials: [],
      sequence: sequence,
      contact: "sip:gone@192.0.2.9"
    )
    network.machine.withdraw(withdrawal, ticket: 1, position: 0, at: network.now)
    network.machine.pump(at: network.now)
    network.run(for: .seconds(1))
    let request = try #require(network.requests.first)
    #expect(request.contact == "<sip:gone@192.0.2.9>;expires=0")
    #expect(request.callID == "old-call" && request.cseq == 65)
    #expect(network.withdrawn == [WithdrawalResult(code: 200, reason: "OK", cseq: 65)])
  }
}
