import Reconcile
import SIP
import Testing

@testable import EngineNIO

struct RedirectTests {
  private static func redirect(_ contacts: String..., code: Int = 302) -> SimulatedNetwork.Reply {
    .status(code, "Moved", rows: ["Contact: \(contacts.joined(separator: ", "))"])
  }

  /// An account at `reg.example` (192.0.2.1) that may go to `carrier.example` and below.
  private static func account(redirects: [String] = ["carrier.example"]) -> Account {
    var account = SimulatedNetwork.account("a", at: "reg.example")
    account.redirects = redirects
    return account
  }

  /// `reg.example` and `h2.carrier.example` to `h9.carrier.example`, at 192.0.2.1 and 192.0.2.2 to .9.
  private static func network(
    _ reply: @escaping (SimulatedNetwork.Request) -> SimulatedNetwork.Reply
  ) -> SimulatedNetwork {
    var network = SimulatedNetwork(reply: reply)
    network.names["reg.example"] = [SimulatedNetwork.server(1)]
    for octet in 2...9 as ClosedRange<UInt32> {
      network.names["h\(octet).carrier.example"] = [SimulatedNetwork.server(octet)]
    }
    return network
  }

  /// The last octets of the servers asked, in order.
  private static func servers(_ network: SimulatedNetwork) -> [String] {
    network.requests.map { $0.server.address.description.split(separator: ".").last.map(String.init) ?? "" }
  }

  @Test(
    "COD-02 UAC-26 SEC-29 SEC-40 TRAP-18 TOR-24 TOR-35 a redirect to another domain is not followed, and its target is told",
    arguments: [300, 301, 302, 305]
  )
  func redirectsAreRefused(code: Int) throws {
    let target = "sip:x@192.0.2.66;method=INVITE?Route=%3Csip:evil%3E&Authorization=x"
    var network = SimulatedNetwork { _ in
      .status(code, "Moved", rows: ["Contact: <\(target)>;q=0.9, <http://x.example>"])
    }
    try network.add([SimulatedNetwork.account("a")], password: "p")
    network.run(for: .seconds(10))
    #expect(network.requests.count == 1)
    #expect(network.requests.allSatisfy { $0.server == SimulatedNetwork.server })
    #expect(network.last("a")?.failure == .redirectRefused(target))
    #expect(network.last("a")?.nextIn != nil)
  }

  @Test("UAC-26 a redirect without a Contact, or with a thousand, is one failure")
  func emptyAndManyTargets() throws {
    let many = (0..<1000).map { "Contact: <sip:h\($0).example>" }
    for rows in [[], many] {
      var network = SimulatedNetwork { _ in .status(302, "Moved", rows: rows) }
      try network.add([SimulatedNetwork.account("a")])
      network.run(for: .seconds(600))
      #expect(network.requests.count == 1)
      #expect(network.last("a")?.failure == .redirectRefused(rows.isEmpty ? "" : "sip:h0.example"))
    }
  }

  @Test("COD-03 another 3xx names no place to go to, and may pass", arguments: [380, 399])
  func otherRedirects(code: Int) throws {
    var network = SimulatedNetwork { _ in
      .status(code, "Alternative Service", rows: ["Contact: <sip:192.0.2.1:5070>"])
    }
    try network.add([SimulatedNetwork.account("a")])
    network.run(for: .seconds(10))
    #expect(network.requests.count == 1)
    #expect(try #require(network.last("a")?.nextIn) < .seconds(60))
    #expect(network.last("a")?.failure == .refused && network.last("a")?.code == UInt16(code))
  }

  @Test("UAC-20 the best q is asked first and the other after its failure, each with a new branch and CSeq")
  func preference() throws {
    var network = Self.network { request in
      switch request.server {
      case SimulatedNetwork.server(1):
        Self.redirect("<sip:h2.carrier.example>;q=0.2", "<sip:h3.carrier.example>;q=0.9")
      case SimulatedNetwork.server(3): .status(403, "Forbidden")
      default: .good(request)
      }
    }
    try network.add([Self.account()])
    network.run(for: .seconds(10))
    #expect(Self.servers(network) == ["1", "3", "2"])
    #expect(network.requests.map(\.cseq) == [1, 2, 3])
    #expect(Set(network.requests.map(\.branch)).count == 3)
    #expect(Set(network.requests.map(\.callID)).count == 1)
    #expect(network.requests.map(\.user) == ["a", "a", "a"])
    #expect(network.requests[2].startLine == "REGISTER sip:h2.carrier.example SIP/2.0")
    #expect(network.state("a") == .ok)
    #expect(network.last("a")?.peer == "192.0.2.2:5060")
  }

  @Test("UAC-22 UAC-23 nothing of a redirect reaches the wire but its host")
  func onlyTheHost() throws {
    var network = Self.network { request in
      guard request.server == SimulatedNetwork.server(1) else { return .good(request) }
      return Self.redirect(
        "<sip:x@h2.carrier.example;method=INVITE?Route=%3Csip:evil%3E&Authorization=y&Contact=z>;evil=1"
      )
    }
    try network.add([Self.account()])
    network.run(for: .seconds(10))
    let request = try #require(network.requests.last)
    #expect(request.startLine == "REGISTER sip:h2.carrier.example SIP/2.0")
    #expect(!request.text.contains("evil") && !request.text.contains("INVITE") && !request.isAuthorized)
    #expect(request.row("To") == "<sip:a@reg.example>")
    #expect(network.state("a") == .ok)
  }

  @Test("UAC-21 servers that redirect to each other are left after a few requests")
  func loops() throws {
    var network = Self.network { request in
      request.server == SimulatedNetwork.server(2)
        ? Self.redirect("<sip:reg.example>") : Self.redirect("<sip:h2.carrier.example>")
    }
    try network.add([Self.account()])
    network.run(for: .seconds(10))
    #expect(Self.servers(network) == ["1", "2", "1"])
    #expect(network.state("a") == .failed)
    #expect(network.last("a")?.reason.hasPrefix("redirect loop: ") == true)
    #expect(network.last("a")?.failure == .redirectLoop("sip:h2.carrier.example"))
  }

  @Test("UAC-21 SEC-44 a thousand targets, and targets without end, are six requests at most")
  func limits() throws {
    for isDeep in [false, true] {
      var count = 1
      var network = Self.network { _ in
        count += 1
        let targets = (0..<(isDeep ? 1 : 1000)).map { "<sip:h\(2 + $0 % 8).carrier.example;n=\(count + $0)>" }
        return .status(302, "Moved", rows: ["Contact: \(targets.joined(separator: ","))"])
      }
      try network.add([Self.account()])
      network.run(for: .seconds(20))
      #expect(network.requests.count == 6)
      #expect(network.state("a") == .failed)
    }
  }

  @Test("UAC-27 SEC-41 sips and TLS are never given up for a redirect")
  func security() throws {
    for scheme in [SIPURI.Scheme.sip, .sips] {
      var network = Self.network { _ in
        Self.redirect("<sip:h2.carrier.example;transport=tcp>", "<sip:h3.carrier.example;transport=udp>")
      }
      var account = Self.account()
      account.transport = .tls
      account.registrar.scheme = scheme
      try network.add([account], password: "p")
      network.run(for: .seconds(10))
      #expect(network.requests.count == 1)
      #expect(network.last("a")?.failure == .redirectRefused("sip:h2.carrier.example;transport=tcp"))
    }
  }

  @Test("SEC-41 where a redirect leads from TLS, TLS is spoken, and the target's own name must be proved")
  func securityIsKept() throws {
    var network = Self.network { request in
      request.server == SimulatedNetwork.server(1, port: 5061)
        ? Self.redirect("<sip:h2.carrier.example>") : .good(request)
    }
    var account = Self.account()
    account.transport = .tls
    account.tls = TLSSettings(serverName: "reg.example")
    try network.add([account])
    network.run(for: .seconds(10))
    let flow = try #require(network.machine.flows.last)
    #expect(flow.target == Target.Server(SimulatedNetwork.server(2, port: 5061), .tls))
    #expect(flow.key.domain == .name("h2.carrier.example") && flow.key.tls?.serverName == nil)
    #expect(network.state("a") == .ok)
  }

  @Test("SEC-40 a nonce does not travel with a redirect, and a listed target gets its own answer only")
  func noncesStay() throws {
    func challenge(_ nonce: String) -> SimulatedNetwork.Reply {
      .status(
        401,
        "Unauthorized",
        rows: ["WWW-Authenticate: Digest realm=\"r\", nonce=\"\(nonce)\", qop=\"auth\""]
      )
    }
    var network = Self.network { request in
      let isFirst = request.server == SimulatedNetwork.server(1)
      guard request.isAuthorized else { return challenge(isFirst ? "one" : "two") }
      return isFirst ? Self.redirect("<sip:h2.carrier.example>") : .good(request)
    }
    try network.add([Self.account()], password: "p")
    network.run(for: .seconds(10))
    #expect(Self.servers(network) == ["1", "1", "2", "2"])
    #expect(network.requests.map(\.isAuthorized) == [false, true, false, true])
    #expect(network.requests[3].text.contains("nonce=\"two\"") && !network.requests[3].text.contains("one"))
    #expect(network.state("a") == .ok)
  }

  @Test("UAC-24 REG-63 the refresh and the unregister go to where the redirect led")
  func refreshes() throws {
    var network = Self.network { request in
      request.server == SimulatedNetwork.server(1)
        ? Self.redirect("<sip:h2.carrier.example>") : .good(request)
    }
    try network.add([Self.account()])
    network.run(for: .seconds(3600))
    #expect(Self.servers(network).prefix(3) == ["1", "2", "2"])
    let before = network.requests.count
    try network.edit("a") { $0.account.labels = ["x": "y"] }
    #expect(network.requests.count == before)
    try network.edit("a") { $0.account.register = false }
    network.run(for: .seconds(10))
    #expect(Self.servers(network).last == "2")
    #expect(network.state("a") == .cleared)
  }

  @Test("UAC-24 a redirect with a time is followed for that long, and the registrar is asked then")
  func lifetimes() throws {
    var network = Self.network { request in
      request.server == SimulatedNetwork.server(1)
        ? Self.redirect("<sip:h2.carrier.example>;expires=600") : .good(request)
    }
    try network.add([Self.account()])
    network.run(for: .seconds(3600))
    #expect(Self.servers(network).prefix(4) == ["1", "2", "1", "2"])
  }

  @Test("a target that fails later gives the account back to its registrar")
  func backHome() throws {
    var isDown = false
    var network = Self.network { request in
      switch request.server {
      case SimulatedNetwork.server(1): isDown ? .good(request) : Self.redirect("<sip:h2.carrier.example>")
      default: isDown ? .silence : .good(request)
      }
    }
    try network.add([Self.account()])
    network.run(for: .seconds(10))
    isDown = true
    try network.refresh(["a"])
    network.run(for: .seconds(120))
    #expect(Self.servers(network).last == "1")
    #expect(network.requests.last?.startLine == "REGISTER sip:reg.example SIP/2.0")
    #expect(network.last("a")?.peer == "192.0.2.1:5060")
    #expect(network.state("a") == .ok)
  }

  @Test("a target whose name is unknown, or that refuses the request, leaves room for the next")
  func unreachableTargets() throws {
    var network = Self.network { request in
      request.server == SimulatedNetwork.server(1)
        ? Self.redirect(
          "<sip:gone.carrier.example>",
          "<sip:h2.carrier.example>;q=0.9",
          "<sip:h3.carrier.example>;q=0.8"
        ) : .good(request)
    }
    network.refusing = [SimulatedNetwork.server(2)]
    try network.add([Self.account()])
    network.run(for: .seconds(10))
    #expect(Self.servers(network) == ["1", "2", "3"])
    #expect(network.state("a") == .ok)
  }

  @Test("UAC-25 a 305 puts its target before the registrar, for an allowed target only")
  func useProxy() throws {
    var network = Self.network { request in
      request.server == SimulatedNetwork.server(1)
        ? Self.redirect("<sip:h2.carrier.example>", code: 305) : .good(request)
    }
    try network.add([Self.account()])
    network.run(for: .seconds(10))
    let request = try #require(network.requests.last)
    #expect(request.server == SimulatedNetwork.server(2))
    #expect(request.startLine == "REGISTER sip:reg.example SIP/2.0")
    #expect(request.row("Route") == "<sip:h2.carrier.example;lr>")
    #expect(network.state("a") == .ok)
  }

  @Test("an edit of the list ends a redirect that it allowed")
  func editedList() throws {
    var network = Self.network { request in
      request.server == SimulatedNetwork.server(1)
        ? Self.redirect("<sip:h2.carrier.example>") : .good(request)
    }
    try network.add([Self.account()])
    network.run(for: .seconds(10))
    try network.edit("a") { $0.account.redirects = [] }
    try network.refresh(["a"])
    network.run(for: .seconds(10))
    #expect(Self.servers(network) == ["1", "2", "1"])
    #expect(network.last("a")?.failure == .redirectRefused("sip:h2.carrier.example"))
  }

  @Test("a question and a withdrawal are redirected like a registration")
  func questions() throws {
    var network = Self.network { request in
      request.server == SimulatedNetwork.server(1)
        ? Self.redirect("<sip:h2.carrier.example>") : .good(request)
    }
    network.machine.query(
      BindingQuery(account: Self.account(), credentials: []),
      ticket: 1,
      position: 0,
      at: network.now
    )
    network.machine.pump(at: network.now)
    network.run(for: .seconds(10))
    #expect(Self.servers(network) == ["1", "2"])
    #expect(network.listings.count == 1)
    guard case .known = network.listings.first else {
      Issue.record("the list is not known")
      return
    }
  }
}
