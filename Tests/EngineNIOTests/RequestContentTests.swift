import Reconcile
import SIP
import Testing

@testable import EngineNIO

/// What stands in a REGISTER, and what does not.
struct RequestContentTests {
  private static let instance = "urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6"

  private static func outbound(_ name: AccountID = "a", regID: UInt32? = nil) -> Account {
    var account = SimulatedNetwork.account(name)
    account.outbound = OutboundSettings(isEnabled: true, instanceID: instance, regID: regID)
    return account
  }

  @Test("REG-26 OUT-04 PTH-01 path is always supported, outbound only where it is in use")
  func supportedOptions() throws {
    var network = SimulatedNetwork()
    try network.add([SimulatedNetwork.account("plain"), Self.outbound("flow")])
    network.run(for: .seconds(1))
    #expect(network.requests(of: "plain").map { $0.rows("Supported") } == [["path"]])
    #expect(network.requests(of: "flow").map { $0.rows("Supported") } == [["path, outbound"]])
    #expect(network.requests(of: "plain")[0].contact?.contains("reg-id") == false)
    #expect(network.requests(of: "plain")[0].contact?.contains("+sip.instance") == false)
  }

  @Test("REG-21 REG-30 TLS-16 OUT-25 rows have one order and stand there once, without what nobody agreed to")
  func stableRows() throws {
    var network = SimulatedNetwork()
    var tls = Self.outbound("tls")
    tls.transport = .tls
    try network.add([SimulatedNetwork.account("plain"), Self.outbound("flow"), tls])
    network.run(for: .seconds(1))
    try network.refresh(["plain"])
    network.run(for: .seconds(1))
    #expect(network.requests.count == 4)
    for request in network.requests {
      let names = request.text.split(separator: "\r\n", omittingEmptySubsequences: false).dropFirst().prefix {
        !$0.isEmpty
      }
      .map { String($0.prefix { $0 != ":" }) }
      #expect(
        names == [
          "Via", "Max-Forwards", "From", "To", "Call-ID", "CSeq", "Contact", "Expires", "Supported",
          "User-Agent", "Content-Length",
        ]
      )
      #expect(!request.text.contains(";action") && !request.text.contains(";ob"))
      #expect(request.row("Via")?.contains(";alias") == false)
    }
  }

  @Test("REG-28 the User-Agent is as it was set, or none, and by default shows no version")
  func userAgents() throws {
    for (setting, rows) in [("acme/2.0", ["acme/2.0"]), (nil, []), ("", [])] as [(String?, [String])] {
      var network = SimulatedNetwork()
      network.machine = EngineMachine(
        settings: EngineMachine.Settings(userAgent: setting),
        random: RandomSource(seed: 1),
        at: network.now
      )
      try network.add([SimulatedNetwork.account("a")])
      network.run(for: .seconds(1))
      #expect(network.requests.map { $0.rows("User-Agent") } == [rows])
    }
    let own = try #require(NIOEngine.Settings().userAgent)
    #expect(!own.isEmpty && !own.contains(where: \.isNumber))
  }

  @Test("HDR-04 no line is folded and no name compact, whatever the account has")
  func plainLines() throws {
    var step = 0
    var network = SimulatedNetwork { request in
      step += 1
      let challenge = "WWW-Authenticate: Digest realm=\"r\", nonce=\"n\", qop=\"auth\", opaque=\"o\""
      return step == 1 ? .status(401, "Unauthorized", rows: [challenge]) : .good(request)
    }
    var account = Self.outbound()
    account.identity.displayName = String(repeating: "Long name ", count: 30)
    account.push = PushParameters(provider: "apns", param: "T.org", prid: String(repeating: "p", count: 200))
    account.outboundProxy = [try SIPURI(parsing: "sip:192.0.2.1;lr")]
    account.headers = [HeaderField("X-Site", String(repeating: "x ", count: 100) + "x")]
    try network.add([account], password: "secret")
    network.run(for: .seconds(1))
    try network.edit("a") { $0.account.register = false }
    network.run(for: .seconds(1))
    #expect(network.requests.count == 3)
    for request in network.requests {
      for line in request.text.components(before: "\r\n\r\n").dropFirst() {
        let name = line.prefix { $0 != ":" }
        #expect(name.count > 1 && name != line, "\(line)")
        #expect(name.allSatisfy { $0.isLetter || $0 == "-" }, "\(line)")
      }
    }
  }

  @Test("PTH-01 PTH-02 SRT-02 Path and Service-Route of a 200 change nothing in what is sent next")
  func routesOfAnswersAreNotOurs() throws {
    var network = SimulatedNetwork { request in
      let expires = request.row("Expires") ?? "60"
      return .status(
        200,
        "OK",
        rows: [
          "Contact: <\(request.contactURI)>;expires=\(expires)", "Path: <sip:p1.example;lr>",
          "Service-Route: <sip:s1.example;lr>, <sip:s2.example;lr>",
        ]
      )
    }
    var account = SimulatedNetwork.account("a")
    account.expires = 60
    account.outboundProxy = [try SIPURI(parsing: "sip:192.0.2.1;lr")]
    try network.add([account])
    network.run(for: .seconds(200))
    #expect(network.requests.count > 3 && network.state("a") == .ok)
    for request in network.requests {
      #expect(request.rows("Route") == ["<sip:192.0.2.1;lr>"])
      #expect(request.rows("Path").isEmpty && request.server == SimulatedNetwork.server)
    }
  }

  @Test("SRT-03 a P-Associated-URI registers nobody")
  func associatedURIsAreNotRegistered() throws {
    var network = SimulatedNetwork { request in
      guard request.user == "a" else { return .silence }
      let associated = "P-Associated-URI: <sip:a@192.0.2.1>, <sip:b@192.0.2.1>"
      return .status(200, "OK", rows: ["Contact: <\(request.contactURI)>;expires=600", associated])
    }
    let dependent = SimulatedNetwork.account("b", dependsOn: [Dependency(account: "a")])
    try network.add([SimulatedNetwork.account("a"), dependent])
    network.run(for: .seconds(5))
    #expect(network.state("a") == .ok && network.state("b") == .progress)
    #expect(network.last("a")?.bindings.count == 1)
    network.run(for: .seconds(40))
    #expect(network.state("b") == .failed)
  }

  @Test("OUT-02 OUT-04 the instance id is a quoted header parameter, the same to the letter each time")
  func instanceIDs() throws {
    var network = SimulatedNetwork { .bound(60, $0) }
    try network.add([Self.outbound()])
    network.run(for: .seconds(300))
    #expect(network.requests.count > 4)
    let tail = ">;+sip.instance=\"<\(Self.instance)>\";reg-id=1;expires=3600"
    for request in network.requests {
      #expect(request.contact?.hasSuffix(tail) == true)
      #expect(!request.contactURI.contains("instance"))
    }
  }

  @Test("OUT-05 each flow has its own reg-id, the same after a restart")
  func registrationIDs() throws {
    var first = Self.outbound("a", regID: 1)
    first.sharedIdentity = true
    var second = Self.outbound("a", regID: 2)
    second.id = "a2"
    second.sharedIdentity = true
    second.outboundProxy = [try SIPURI(parsing: "sip:192.0.2.2;lr")]
    for _ in 0..<2 {
      var network = SimulatedNetwork { .bound(100, $0) }
      try network.add([first, second])
      network.run(for: .seconds(150))
      for (server, regID) in [(SimulatedNetwork.server(1), "1"), (SimulatedNetwork.server(2), "2")] {
        let requests = network.requests.filter { $0.server == server }
        #expect(requests.count > 1)
        #expect(requests.allSatisfy { $0.contact?.contains(";reg-id=\(regID);") == true })
      }
    }
  }

  @Test("OUT-05 REG-50 a binding of our instance under another reg-id is another flow's")
  func anotherFlowIsNotOurs() throws {
    for (listed, state) in [(";reg-id=2", RegistrationState.failed), (";reg-id=1", .ok), ("", .ok)] {
      var network = SimulatedNetwork { _ in
        let contact = "<sip:nat@198.51.100.1:9>;+sip.instance=\"<\(Self.instance)>\"\(listed);expires=60"
        return .status(200, "OK", rows: ["Contact: " + contact])
      }
      try network.add([Self.outbound(regID: 1)])
      network.run(for: .seconds(1))
      #expect(network.state("a") == state, "\(listed)")
    }
  }

  @Test("OUT-08 a refresh and the removal carry the same instance id and reg-id, over the same flow")
  func theFlowIsKept() throws {
    var network = SimulatedNetwork()
    var account = Self.outbound(regID: 3)
    account.expires = 60
    try network.add([account])
    network.run(for: .seconds(100))
    try network.edit("a") { $0.account.register = false }
    network.run(for: .seconds(1))
    #expect(network.requests.count >= 3 && network.requests.last?.row("Expires") == "0")
    for request in network.requests {
      #expect(request.contact?.contains(">;+sip.instance=\"<\(Self.instance)>\";reg-id=3;") == true)
      #expect(request.server == SimulatedNetwork.server)
    }
    #expect(network.machine.flows.count == 1)
  }
}

extension String {
  /// The lines before the first end of a head.
  fileprivate func components(before end: String) -> [Substring] {
    let head = firstRange(of: end).map { self[..<$0.lowerBound] } ?? self[...]
    return head.split(separator: "\r\n", omittingEmptySubsequences: false)
  }
}
