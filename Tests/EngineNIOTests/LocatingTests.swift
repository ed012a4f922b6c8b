import Reconcile
import SIP
import Testing

@testable import EngineNIO

/// Accounts whose registrar is found by SRV records.
struct LocatingTests {
  private static let name = "_sip._udp.reg.example.org"

  /// Servers as priority, weight, and the last octets of their addresses.
  private static func zone(
    _ servers: [(priority: UInt16, weight: UInt16, octets: [UInt32])],
    lifetime: UInt32 = 300
  )
    -> [DNSQuery: DNSResult]
  {
    var zone: [DNSQuery: DNSResult] = [:]
    let records = servers.enumerated().map { number, server in
      let target = "h\(number).example.org"
      let addresses = server.octets.map {
        DNSRecord(name: target, lifetime: lifetime, value: .address(SimulatedNetwork.server($0).address))
      }
      zone[DNSQuery(target, .a)] = .found(DNSAnswer(records: addresses, lifetime: lifetime))
      zone[DNSQuery(target, .aaaa)] = .noRecords(lifetime: 300)
      let record = SRVRecord(priority: server.priority, weight: server.weight, port: 5070, target: target)
      return DNSRecord(name: name, lifetime: lifetime, value: .srv(record))
    }
    zone[DNSQuery("reg.example.org", .naptr)] = .noRecords(lifetime: 300)
    zone[DNSQuery(name, .srv)] = .found(DNSAnswer(records: records, lifetime: lifetime))
    return zone
  }

  private static func server(_ octet: UInt32) -> Endpoint { SimulatedNetwork.server(octet, port: 5070) }

  private static func network(
    _ servers: [(priority: UInt16, weight: UInt16, octets: [UInt32])],
    lifetime: UInt32 = 300,
    reply: @escaping (SimulatedNetwork.Request) -> SimulatedNetwork.Reply = SimulatedNetwork.Reply.good
  ) -> SimulatedNetwork {
    var network = SimulatedNetwork(reply: reply)
    network.zone = zone(servers, lifetime: lifetime)
    return network
  }

  private static func accounts(_ count: Int) -> [Account] {
    (0..<count).map { SimulatedNetwork.account(AccountID("a\($0)"), at: "reg.example.org") }
  }

  @Test("DNS-10 the ports of the records are used, and each address of a target")
  func portsAndAddresses() throws {
    var network = Self.network([(10, 0, [1, 2]), (20, 0, [3])])
    network.refusing = [Self.server(1)]
    try network.add(Self.accounts(1))
    network.run(for: .seconds(1))
    #expect(network.requests.map(\.server) == [Self.server(1), Self.server(2)])
    #expect(network.state("a0") == .ok && network.last("a0")?.peer == "192.0.2.2:5070")
    #expect(network.requests.last?.startLine == "REGISTER sip:reg.example.org SIP/2.0")
  }

  @Test("DNS-09 accounts share the servers of a priority by weight")
  func accountsAreShared() throws {
    var network = Self.network([(10, 60, [1]), (10, 30, [2]), (10, 10, [3]), (20, 0, [4])])
    try network.add(Self.accounts(1000))
    network.run(for: .seconds(60))
    let counts = [1, 2, 3, 4].map { octet in
      network.requests.filter { $0.server == Self.server(UInt32(octet)) }.count
    }
    #expect(network.requests.count == 1000 && counts[3] == 0)
    for (count, share) in zip(counts, [0.6, 0.3, 0.1]) {
      #expect(abs(Double(count) - 1000 * share) < 3 * (1000 * share * (1 - share)).squareRoot() + 10)
    }
  }

  @Test("AUT-03 TRAP-13 servers that know only their own nonces are no trouble: the retry stays")
  func noncesAreLocal() throws {
    var network = Self.network([(10, 1, [1]), (10, 1, [2])]) { request in
      let nonce = "of-\(request.server.address)"
      guard request.row("Authorization")?.contains("nonce=\"\(nonce)\"") == true else {
        let row = "WWW-Authenticate: Digest realm=\"r\", nonce=\"\(nonce)\", qop=\"auth\""
        return .status(401, "Unauthorized", rows: [row])
      }
      return .bound(600, request)
    }
    try network.add(Self.accounts(50), password: "p")
    network.run(for: .seconds(2000))
    for account in Self.accounts(50) {
      let requests = network.requests(of: account.id.name)
      #expect(Set(requests.map(\.server)).count == 1)
      #expect(requests.filter { !$0.isAuthorized }.count == 1)
    }
    #expect(Set(network.requests.map(\.server)).count == 2)
  }

  @Test(
    "REG-12 a server that died after it stored a CSeq in a shared place does not harm the next one's answer"
  )
  func sharedSequenceNumbers() throws {
    final class Store { var cseq = 0 }
    let store = Store()
    var network = Self.network([(10, 0, [1]), (20, 0, [2])]) { request in
      guard request.cseq > store.cseq || request.server == Self.server(1) else {
        return .status(500, "Out of order")
      }
      store.cseq = request.cseq
      return request.server == Self.server(1) ? .silence : .good(request)
    }
    try network.add(Self.accounts(1))
    network.run(for: .seconds(33))
    #expect(network.state("a0") == .ok)
  }

  @Test("DNS-22 retransmissions stay at one address though the records change")
  func oneAddressPerTransaction() throws {
    var network = Self.network([(10, 0, [1])], lifetime: 10) { _ in .silence }
    try network.add(Self.accounts(1))
    network.run(for: .seconds(11))
    network.zone = Self.zone([(10, 0, [2])])
    try network.add([SimulatedNetwork.account("other", at: "reg.example.org")])
    network.run(for: .seconds(20))
    #expect(Set(network.requests(of: "a0").map(\.server)) == [Self.server(1)])
    #expect(network.requests(of: "a0").count > 8)
  }

  @Test("DNS-24 a server that one account found dead is left out by the next")
  func deadServersAreKnown() throws {
    var network = Self.network([(10, 0, [1]), (20, 0, [2])]) {
      $0.server == Self.server(1) ? .silence : .good($0)
    }
    try network.add(Self.accounts(1))
    network.run(for: .seconds(33))
    try network.add([SimulatedNetwork.account("b", at: "reg.example.org")])
    network.run(for: .seconds(1))
    #expect(network.requests(of: "b").map(\.server) == [Self.server(2)] && network.state("b") == .ok)
  }

  @Test("DNS-24 one account that gets no answer does not keep the others from a server that answers them")
  func oneIgnoredAccount() throws {
    var network = Self.network([(10, 0, [1]), (20, 0, [2])]) {
      $0.server == Self.server(1) && $0.user == "a0" ? .silence : .bound(60, $0)
    }
    try network.add(Self.accounts(20))
    network.run(for: .seconds(1000))
    #expect(network.state("a0") == .ok)
    let elsewhere = network.requests.filter { $0.user != "a0" && $0.server != Self.server(1) }
    #expect(elsewhere.isEmpty)
  }

  @Test("DNS-25 REG-63 the name servers are asked once per TTL at most, and refreshes stay where they were")
  func lookupsFollowTheTTL() throws {
    var network = Self.network([(10, 1, [1]), (10, 1, [2]), (10, 1, [3])], lifetime: 600) { .bound(120, $0) }
    try network.add(Self.accounts(20))
    network.run(for: .seconds(3600))
    #expect(network.requests.count > 20 * 25)
    for account in Self.accounts(20) {
      #expect(Set(network.requests(of: account.id.name).map(\.server)).count == 1)
    }
    #expect(network.lookups.filter { $0 == "h0.example.org" }.count <= 7)
  }

  @Test("DNS-26 all return to a better server that is back, one refresh after another and not at once")
  func theReturnIsGentle() throws {
    var network = Self.network([(10, 0, [1]), (20, 0, [2])]) { request in
      let isDown = request.at > .seconds(100) && request.at < .seconds(2000)
      return request.server == Self.server(1) && isDown ? .silence : .bound(300, request)
    }
    try network.add(Self.accounts(200))
    network.run(for: .seconds(2000))
    let before = network.requests.filter { $0.at > .seconds(1700) && $0.contact != nil }
    #expect(before.filter { $0.server == Self.server(2) }.count > 150)
    network.run(for: .seconds(8000))
    let after = network.requests.filter { $0.server == Self.server(1) && $0.at >= .seconds(2000) }
    let seconds = Dictionary(grouping: after) { $0.at.components.seconds / 10 }
    #expect(Set(after.map(\.user)).count == 200, "all are back")
    #expect(seconds.values.allSatisfy { $0.count < 40 })
  }

  @Test("UAC-40 a Retry-After keeps every account away from that server, and from that server only")
  func quietIsPerServer() throws {
    var network = Self.network([(10, 0, [1]), (20, 0, [2])]) { request in
      request.server == Self.server(1)
        ? .status(503, "No", rows: ["Retry-After: 200"]) : .bound(3600, request)
    }
    try network.add(Self.accounts(10))
    network.run(for: .seconds(150))
    try network.add([SimulatedNetwork.account("late", at: "reg.example.org")])
    network.run(for: .seconds(40))
    #expect(network.requests.filter { $0.server == Self.server(1) && $0.at > .seconds(1) }.isEmpty)
    #expect(network.requests(of: "late").map(\.server) == [Self.server(2)])
  }

  @Test("UAC-41 TRAP-15 a refusal is not asked about at the other server", arguments: [403, 404, 603])
  func refusalsAreFinal(code: Int) throws {
    var network = Self.network([(10, 0, [1]), (20, 0, [2])]) { _ in .status(code, "No") }
    try network.add(Self.accounts(3))
    network.run(for: .seconds(20))
    #expect(network.requests.count == 3)
    #expect(network.requests.allSatisfy { $0.server == Self.server(1) })
  }

  @Test("DNS-14 DNS-15 a dead family is followed by the other, one request after the other")
  func familiesTakeTurns() throws {
    var network = Self.network([(10, 0, [1])])
    let wide = Endpoint(address: Host("[2001:db8::1]")!, port: 5070)
    let record = DNSRecord(name: "h0.example.org", lifetime: 300, value: .address(wide.address))
    network.zone[DNSQuery("h0.example.org", .aaaa)] = .found(DNSAnswer(records: [record], lifetime: 300))
    network.unreachable = [wide]
    try network.add(Self.accounts(1))
    network.run(for: .seconds(1))
    #expect(network.requests.map(\.server) == [Self.server(1)] && network.state("a0") == .ok)
    network.unreachable = []
    network.refusing = [wide]
    network.run(for: .seconds(60))
    try network.add([SimulatedNetwork.account("b", at: "reg.example.org")])
    network.run(for: .seconds(1))
    #expect(network.requests(of: "b").map(\.server) == [wide, Self.server(1)])
    #expect(
      network.requests(of: "b").map(\.contactURI) == ["sip:b@[2001:db8::64]:5062", "sip:b@192.0.2.100:5062"],
      "what is asked over IPv4 has no way to an address of IPv6"
    )
  }

  @Test("DNS-11 DNS-27 what keeps a registrar from being found is told as it is, and holds up nobody else")
  func reasons() throws {
    let query = DNSQuery(Self.name, .srv)
    let none = SRVRecord(priority: 0, weight: 0, port: 0, target: "")
    let cases: [(DNSResult, String)] = [
      (.failed(.serverFailed), "\(query): the name server failed (SERVFAIL)"),
      (.failed(.timedOut), "\(query): no name server answered in time"),
      (
        .found(
          DNSAnswer(records: [DNSRecord(name: Self.name, lifetime: 60, value: .srv(none))], lifetime: 60)
        ),
        "reg.example.org does not offer SIP over UDP: service not available (its SRV target is `.`)"
      ),
    ]
    for (result, reason) in cases {
      var network = Self.network([])
      network.zone[query] = result
      try network.add(Self.accounts(1) + [SimulatedNetwork.account("literal")])
      network.run(for: .seconds(1))
      #expect(network.last("a0")?.failure == .unresolved(reason))
      #expect(network.state("literal") == .ok)
      network.zone = Self.zone([(10, 0, [1])])
      network.run(for: .seconds(300))
      #expect(network.state("a0") == .ok, "asked again after a pause")
    }
  }

  @Test("DNS-25 known servers stay in use while the name servers fail; a name that is gone is gone")
  func brokenNameServers() throws {
    var network = Self.network([(10, 0, [1])], lifetime: 60) { .bound(120, $0) }
    try network.add(Self.accounts(1))
    network.run(for: .seconds(1))
    network.zone = network.zone.mapValues { _ in .failed(.timedOut) }
    network.run(for: .seconds(3600))
    #expect(network.state("a0") == .ok && network.requests.count > 25)
    network.zone = [:]
    network.run(for: .seconds(300))
    guard case .unresolved(let reason) = network.last("a0")?.failure else {
      Issue.record("still registered")
      return
    }
    #expect(reason == "reg.example.org: no such name (NXDOMAIN)")
  }

  @Test("DNS-08 what is odd about the records is told once, and no oftener")
  func warnings() throws {
    var network = Self.network([(10, 0, [1])], lifetime: 60) { .bound(120, $0) }
    let query = DNSQuery("reg.example.org", .naptr)
    network.zone[query] = .failed(.serverFailed)
    try network.add(Self.accounts(3))
    network.run(for: .seconds(3600))
    #expect(network.state("a0") == .ok)
    #expect(network.warnings == [.locating(.passedOver(query, .serverFailed))])
  }

  @Test("DNS-01 a domain whose records name TCP is asked over TCP, and never over UDP")
  func otherTransports() throws {
    var network = SimulatedNetwork()
    let rule = NAPTRRecord(
      order: 1,
      preference: 1,
      flags: "s",
      service: "SIP+D2T",
      replacement: "_sip._tcp.reg.example.org"
    )
    let record = DNSRecord(name: "reg.example.org", lifetime: 60, value: .naptr(rule))
    network.zone[DNSQuery("reg.example.org", .naptr)] = .found(DNSAnswer(records: [record], lifetime: 60))
    let service = SRVRecord(priority: 0, weight: 0, port: 5070, target: "h.example.org")
    let name = "_sip._tcp.reg.example.org"
    let found = DNSRecord(name: name, lifetime: 60, value: .srv(service))
    network.zone[DNSQuery(name, .srv)] = .found(DNSAnswer(records: [found], lifetime: 60))
    network.names["h.example.org"] = [Self.server(7)]
    try network.add(Self.accounts(1))
    network.run(for: .seconds(1))
    #expect(network.requests.map(\.server) == [Self.server(7)])
    #expect(network.connects.map(\.server.transport) == [.tcp])
    #expect(network.requests[0].text.contains("Via: SIP/2.0/TCP "))
    #expect(network.requests[0].contactURI.hasSuffix(";transport=tcp"))
    #expect(network.state("a0") == .ok)
  }
}

extension LocatingTests {
  private static let poisoned = DNSRecord(
    name: "h0.example.org",
    lifetime: 60,
    value: .address(.ipv4(IPv4Address(value: 0xa9fe_a9fe)))
  )

  @Test(
    "SEC-42 an account whose registrar's records lead to a link-local address fails with words, and sends nothing"
  )
  func refusedRecords() throws {
    var network = Self.network([(10, 0, [1])])
    network.zone[DNSQuery("h0.example.org", .a)] = .found(DNSAnswer(records: [Self.poisoned], lifetime: 60))
    try network.add(Self.accounts(1))
    network.run(for: .seconds(1))
    #expect(network.requests.isEmpty)
    #expect(network.state("a0") == .failed)
    #expect(
      network.last("a0")?.reason.hasPrefix(
        "refused: reg.example.org leads to 169.254.169.254, a link-local address"
      ) == true
    )
  }

  @Test("SEC-42 records that turn bad do not take away the servers that were known before")
  func recordsTurnBad() throws {
    var network = Self.network([(10, 0, [1])], lifetime: 60)
    try network.add(Self.accounts(1))
    network.run(for: .seconds(1))
    #expect(network.state("a0") == .ok)
    network.zone[DNSQuery("h0.example.org", .a)] = .found(DNSAnswer(records: [Self.poisoned], lifetime: 60))
    network.run(for: .seconds(2 * 3600))
    #expect(network.requests.count > 1 && network.requests.allSatisfy { $0.server == Self.server(1) })
    #expect(network.state("a0") == .ok)
  }
}
