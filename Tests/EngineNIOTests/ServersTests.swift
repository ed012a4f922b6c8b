import Reconcile
import SIP
import Testing

@testable import EngineNIO

struct ServersTests {
  private static let first = SimulatedNetwork.server(11)
  private static let second = SimulatedNetwork.server(12)

  private static func network(_ reply: @escaping (SimulatedNetwork.Request) -> SimulatedNetwork.Reply)
    -> SimulatedNetwork
  {
    var network = SimulatedNetwork(reply: reply)
    network.names = ["reg.example.org": [first, second]]
    return network
  }

  private static func account(_ name: AccountID) -> Account {
    SimulatedNetwork.account(name, at: "reg.example.org")
  }

  @Test(
    "DNS-20 DNS-21 REG-12 UAC-07 a refusing, silent or overloaded server is followed by the next, CSeq one higher"
  )
  func theNextServerIsTried() throws {
    for code in [0, 1, 408, 503] {
      var network = Self.network { request in
        if request.server == Self.second { return .good(request) }
        return code < 2 ? .silence : .status(code, "No")
      }
      if code == 1 { network.refusing = [Self.first] }
      try network.add([Self.account("a")])
      network.run(for: .seconds(33))
      #expect(network.state("a") == .ok, "\(code)")
      let last = try #require(network.requests.last)
      #expect(last.server == Self.second && last.cseq == 2)
      #expect(last.branch != network.requests[0].branch && last.callID == network.requests[0].callID)
      #expect(last.at <= (code == 0 ? .seconds(33) : .seconds(1)))
    }
  }

  @Test("TXN-16 one account's time-out keeps no other account at the same server waiting")
  func oneTimeoutIsNoEvidence() throws {
    var network = SimulatedNetwork { $0.user == "a" ? .silence : .good($0) }
    try network.add([SimulatedNetwork.account("a")])
    network.run(for: .seconds(33))
    #expect(network.last("a")?.failure == .timeout)
    try network.add([SimulatedNetwork.account("b")])
    network.run(for: .milliseconds(100))
    #expect(network.state("b") == .ok)
  }

  @Test("DNS-20 UAC-41 other refusals are final for all servers", arguments: [403, 404, 486, 500, 600, 603])
  func noFailoverOnRefusals(code: Int) throws {
    var network = Self.network { _ in .status(code, "No") }
    try network.add([Self.account("a")])
    network.run(for: .seconds(5))
    #expect(network.requests.map(\.server) == [Self.first])
  }

  @Test("a server whose flow cannot be opened is passed by")
  func unopenedServersArePassed() throws {
    var network = Self.network(SimulatedNetwork.Reply.good)
    network.unreachable = [Self.first]
    try network.add([Self.account("a")])
    network.run(for: .seconds(1))
    #expect(network.requests.map(\.server) == [Self.second])
    var both = Self.network { _ in .status(503, "No") }
    both.unreachable = [Self.second]
    try both.add([Self.account("a")])
    both.run(for: .seconds(1))
    #expect(both.state("a") == .failed && both.last("a")?.failure == .transport("Network is unreachable"))
  }

  @Test(
    "REG-63 AUT-03 TRAP-13 refreshes and answers to challenges stay with the server that accepted, also after a new lookup"
  )
  func theAcceptedServerIsKept() throws {
    var network = Self.network { request in
      if request.server == Self.first { return .status(503, "No") }
      if !request.isAuthorized {
        return .status(
          401,
          "Unauthorized",
          rows: ["WWW-Authenticate: Digest realm=\"r\", nonce=\"of-second\", qop=\"auth\""]
        )
      }
      return .bound(100, request)
    }
    try network.add([Self.account("a")], password: "p")
    network.run(for: .seconds(1000))
    #expect(network.requests.count > 10)
    #expect(network.requests.dropFirst().allSatisfy { $0.server == Self.second })
    #expect(network.requests.filter { !$0.isAuthorized }.count == 2)
  }

  @Test("DNS-23 when no server answers the name is looked up again before the next attempt")
  func deadServersAreLookedUpAgain() throws {
    var network = Self.network { $0.server == SimulatedNetwork.server(13) ? .good($0) : .silence }
    try network.add([Self.account("a")])
    network.run(for: .seconds(65))
    #expect(network.state("a") == .failed)
    network.names = ["reg.example.org": [SimulatedNetwork.server(13)]]
    network.run(for: .seconds(62))
    #expect(network.state("a") == .ok)
    #expect(network.lookups == ["reg.example.org", "reg.example.org"])
  }

  @Test(
    "DNS-27 REG-85 a name that is not found is a failure with its reason, and is asked for again; others go on"
  )
  func unknownNames() throws {
    var network = SimulatedNetwork()
    try network.add([Self.account("a"), SimulatedNetwork.account("b")])
    network.run(for: .seconds(1))
    #expect(
      network.last("a")?.failure == .unresolved("reg.example.org: no such name (NXDOMAIN)")
        && network.state("b") == .ok
    )
    network.names = ["reg.example.org": [Self.first]]
    network.run(for: .seconds(61))
    #expect(network.state("a") == .ok)
  }

  @Test("UAC-13 the first route is looked up, and not the registrar")
  func theRouteIsLookedUp() throws {
    var network = SimulatedNetwork()
    network.names = ["proxy.example.org": [Self.first]]
    var account = Self.account("a")
    account.outboundProxy = [try SIPURI(parsing: "sip:proxy.example.org;lr")]
    try network.add([account])
    network.run(for: .seconds(1))
    #expect(network.lookups == ["proxy.example.org"])
    #expect(network.requests.first?.startLine == "REGISTER sip:reg.example.org SIP/2.0")
  }

  @Test(
    "UAC-40 LOD-09 a Retry-After is kept by every account at that server, and the others of its set are used"
  )
  func quietServersAreLeftAlone() throws {
    var network = Self.network { request in
      request.server == Self.first ? .status(503, "No", rows: ["Retry-After: 100"]) : .bound(3600, request)
    }
    try network.add([Self.account("a")])
    network.run(for: .seconds(1))
    try network.add([Self.account("b")])
    network.run(for: .seconds(99))
    #expect(network.requests.map(\.server) == [Self.first, Self.second, Self.second])
    var single = SimulatedNetwork { _ in .status(503, "No", rows: ["Retry-After: 100"]) }
    try single.add([SimulatedNetwork.account("a")])
    single.run(for: .seconds(1))
    try single.add([SimulatedNetwork.account("b")])
    single.run(for: .seconds(98))
    #expect(single.requests.count == 1)
    single.run(for: .seconds(200))
    #expect(single.requests(of: "b").count >= 1)
  }

  @Test("LOD-06 all who were told the same come back spread")
  func returnsAreSpread() throws {
    var network = SimulatedNetwork {
      $0.at < .seconds(1) ? .status(503, "No", rows: ["Retry-After: 30"]) : .good($0)
    }
    try network.add((0..<200).map { SimulatedNetwork.account(AccountID("u\($0)")) })
    network.run(for: .seconds(200))
    let late = network.requests.filter { $0.at >= .seconds(1) }
    #expect(late.count >= 200 && late.allSatisfy { $0.at >= .seconds(30) })
    let seconds = Dictionary(grouping: late) { $0.at.components.seconds }
    #expect(seconds.count >= 10 && seconds.values.allSatisfy { $0.count <= 100 })
  }

  @Test("LOD-02 a silent registrar does not hold up another")
  func noHeadOfLineBlocking() throws {
    var network = SimulatedNetwork { $0.server == SimulatedNetwork.server ? .silence : .good($0) }
    let silent = (0..<200).map { SimulatedNetwork.account(AccountID("s\($0)")) }
    let live = (0..<10).map { SimulatedNetwork.account(AccountID("l\($0)"), at: "192.0.2.7") }
    try network.add(silent + live)
    network.run(for: .seconds(2))
    #expect(live.allSatisfy { network.state($0.id) == .ok })
  }

  @Test("LOD-03 REG-61 accounts that registered together drift apart within ten cycles")
  func refreshesDriftApart() throws {
    var network = SimulatedNetwork { .bound(120, $0) }
    try network.add((0..<300).map { SimulatedNetwork.account(AccountID("u\($0)")) })
    network.run(for: .seconds(1800))
    let late = network.requests.filter { $0.at >= .seconds(1000) }
    let seconds = Dictionary(grouping: late) { $0.at.components.seconds }
    let mean = Double(late.count) / 800
    #expect(Double(seconds.values.map(\.count).max() ?? 0) < 3 * mean + 4)
  }

  @Test("TRN-21 TV6-01 TV6-04 UAC-03 IPv6 addresses stand in brackets")
  func brackets() throws {
    var network = SimulatedNetwork()
    network.local = Endpoint(address: Host("[2001:db8::9]")!, port: 5062)
    try network.add([SimulatedNetwork.account("a", at: "[2001:db8::1]")])
    network.run(for: .seconds(1))
    let request = try #require(network.requests.first)
    #expect(request.startLine == "REGISTER sip:[2001:db8::1] SIP/2.0")
    #expect(request.text.contains("Via: SIP/2.0/UDP [2001:db8::9]:5062;rport;branch="))
    #expect(request.contactURI == "sip:a@[2001:db8::9]:5062")
    #expect(network.state("a") == .ok)
  }

  @Test("UAC-15 TLS-20 anything sips goes over TLS, whatever else is said; nothing goes over UDP")
  func sipsNeverGoesOverUDP() throws {
    for transport in [nil, Transport.tcp, .tls] {
      var network = SimulatedNetwork()
      var account = SimulatedNetwork.account("a")
      account.identity.uri.scheme = .sips
      account.registrar.scheme = .sips
      account.transport = transport
      try network.add([account])
      network.run(for: .seconds(1))
      let request = try #require(network.requests.first)
      #expect(network.connects.map(\.server.transport) == [.tls])
      #expect(request.server.port == 5061 && request.text.contains("Via: SIP/2.0/TLS "))
      #expect(request.startLine == "REGISTER sips:192.0.2.1 SIP/2.0")
      #expect(request.row("To")?.contains("<sips:a@192.0.2.1>") == true)
      #expect(request.contactURI == "sips:a@192.0.2.100:40001")
      #expect(network.state("a") == .ok)
    }
  }
}
