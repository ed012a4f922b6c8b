import Reconcile
import SIP
import Testing

@testable import EngineNIO

/// Accounts that register over connections.
struct StreamsTests {
  static func account(_ name: AccountID, over transport: Transport = .tcp, at host: String = "192.0.2.1")
    -> Account
  {
    var account = SimulatedNetwork.account(name, at: host)
    account.transport = transport
    return account
  }

  static func network(
    reply: @escaping (SimulatedNetwork.Request) -> SimulatedNetwork.Reply = SimulatedNetwork.Reply.good
  ) -> SimulatedNetwork {
    var network = SimulatedNetwork(reply: reply)
    network.machine.streamPort = 5062
    return network
  }

  @Test("TRN-01 REG-16 a registration over TCP says so in its Via and its Contact, which names our open port")
  func overTCP() throws {
    var network = Self.network()
    try network.add([Self.account("a")])
    network.run(for: .seconds(1))
    let request = try #require(network.requests.first)
    #expect(request.text.contains("Via: SIP/2.0/TCP 192.0.2.100:5062;rport;branch="))
    #expect(request.contactURI == "sip:a@192.0.2.100:5062;transport=tcp")
    #expect(network.state("a") == .ok)
  }

  @Test("a URI's transport counts as the account's does")
  func theURINames() throws {
    var network = Self.network()
    var account = SimulatedNetwork.account("a")
    account.registrar.parameters = [SIPURI.Field("transport", "tcp")]
    try network.add([account])
    network.run(for: .seconds(1))
    #expect(network.connects.map(\.server) == [Target.Server(SimulatedNetwork.server, .tcp)])
    #expect(network.state("a") == .ok)
  }

  @Test("where connections cannot be accepted, the contact is our end of the connection, and changes with it")
  func withoutAnOpenPort() throws {
    var network = SimulatedNetwork()
    try network.add([Self.account("a")])
    network.run(for: .seconds(1))
    #expect(network.requests.last?.contactURI == "sip:a@192.0.2.100:40001;transport=tcp")
    network.cut(0)
    network.run(for: .seconds(61))
    let again = try #require(network.requests.last)
    #expect(again.contactURI == "sip:a@192.0.2.100:40002;transport=tcp")
    #expect(again.contact?.contains("<sip:a@192.0.2.100:40001;transport=tcp>;expires=0") == true)
  }

  @Test("TXN-01 nothing is sent twice over a connection, and timer F ends the wait")
  func reliable() throws {
    var network = Self.network { _ in .silence }
    try network.add([Self.account("a")])
    network.run(for: .seconds(31))
    #expect(network.requests.count == 1 && network.state("a") == .progress)
    network.run(for: .seconds(2))
    #expect(network.requests.count == 1 && network.last("a")?.failure == .timeout)
  }

  @Test("TRN-17 TLS-26 one connection carries all accounts of a registrar, and their refreshes")
  func oneConnection() throws {
    var network = Self.network { .bound(120, $0) }
    try network.add((0..<50).map { Self.account(AccountID("a\($0)")) })
    network.run(for: .seconds(1000))
    #expect(network.connects.count == 1)
    #expect(network.requests.count > 400)
  }

  @Test("an edit, an unregister, a question and a withdrawal go over the connection too")
  func everything() throws {
    var network = Self.network()
    try network.add([Self.account("a")])
    network.run(for: .seconds(1))
    try network.edit("a") { $0.account.expires = 600 }
    network.run(for: .seconds(1))
    try network.edit("a") { $0.account.register = false }
    network.run(for: .seconds(1))
    #expect(network.state("a") == .cleared)
    let account = Self.account("b")
    network.machine.query(BindingQuery(account: account), ticket: 1, position: 0, at: network.now)
    network.machine.withdraw(
      Withdrawal(
        account: account,
        credentials: [],
        sequence: CallSequence(callID: "x", lastCSeq: 4, ceiling: 20),
        contact: "sip:b@192.0.2.9;transport=tcp"
      ),
      ticket: 2,
      position: 0,
      at: network.now
    )
    network.machine.pump(at: network.now)
    network.run(for: .seconds(1))
    #expect(network.listings == [.known([])])
    #expect(network.withdrawn.map(\.failure) == [nil])
    #expect(network.requests.map { $0.row("Expires") } == ["3600", "600", "0", nil, "0"])
    #expect(network.connects.count == 1)
    #expect(network.requests.last?.contactURI == "sip:b@192.0.2.9;transport=tcp")
  }

  @Test("an edit of the transport moves the account, and removes the contact that named the other")
  func anEditOfTheTransport() throws {
    var network = Self.network()
    try network.add([SimulatedNetwork.account("a")])
    network.run(for: .seconds(1))
    try network.edit("a") { $0.account.transport = .tcp }
    network.run(for: .seconds(1))
    let request = try #require(network.requests.last)
    #expect(request.contactURI == "sip:a@192.0.2.100:5062;transport=tcp")
    #expect(request.contact?.contains("<sip:a@192.0.2.100:5062>;expires=0") == true)
    try network.edit("a") { $0.account.transport = .udp }
    network.run(for: .seconds(1))
    #expect(network.requests.last?.contactURI == "sip:a@192.0.2.100:5062")
  }

  @Test("TRN-23 requests that come over a connection are answered on it")
  func requestsOnStreams() throws {
    var network = Self.network()
    try network.add([Self.account("a")])
    network.run(for: .seconds(1))
    let options =
      "OPTIONS sip:a@192.0.2.100:5062 SIP/2.0\r\nVia: SIP/2.0/TCP 192.0.2.1;branch=z9hG4bKx\r\n"
      + "From: <sip:r@x>;tag=1\r\nTo: <sip:a@x>\r\nCall-ID: c\r\nCSeq: 1 OPTIONS\r\nMax-Forwards: 70\r\n"
      + "Content-Length: 0\r\n\r\n"
    network.inject(options, by: .flow(0))
    network.inject(options, by: .accepted(7))
    #expect(network.answers.count == 2 && network.answers.allSatisfy { $0.hasPrefix("SIP/2.0 200 ") })
    #expect(network.answered == [.flow(0), .accepted(7)])
  }

  @Test("TRN-16 an answer over a connection that the registrar opened counts, from its address only")
  func answersOverTheirOwnConnection() throws {
    var network = Self.network { _ in .silence }
    try network.add([Self.account("a")])
    network.run(for: .seconds(1))
    let request = try #require(network.requests.first)
    let copied = ["Via", "From", "To", "Call-ID", "CSeq", "Contact"].map { "\($0): \(request.row($0)!)" }
    let answer = (["SIP/2.0 200 OK"] + copied + ["Content-Length: 0", "", ""]).joined(separator: "\r\n")
    network.inject(answer, from: SimulatedNetwork.server(9, port: 41_000), by: .accepted(1))
    #expect(network.state("a") == .progress)
    network.inject(answer, from: SimulatedNetwork.server(1, port: 41_000), by: .accepted(1))
    #expect(network.state("a") == .ok)
  }

  @Test(
    "REG-16 TLS-22 the contact over TLS says so, which can be switched off; over WebSocket nobody connects to it"
  )
  func contacts() throws {
    for (transport, names, expected) in [
      (Transport.tls, true, "sip:a@192.0.2.100:40001;transport=tls"),
      (.tls, false, "sip:a@192.0.2.100:40001"),
    ] {
      var network = Self.network()
      network.machine.settings.namesTLS = names
      try network.add([Self.account("a", over: transport)])
      network.run(for: .seconds(1))
      #expect(network.requests.first?.contactURI == expected)
    }
  }

  @Test(
    "WSS-04 WSS-05 over WebSocket Via and Contact have a host that nobody resolves, the same over reconnects",
    arguments: [Transport.ws, .wss]
  )
  func webSocket(transport: Transport) throws {
    var network = Self.network()
    try network.add([Self.account("a", over: transport)])
    network.run(for: .seconds(1))
    let request = try #require(network.requests.first)
    let host = try #require(request.contactURI.split(separator: "@").last?.split(separator: ";").first)
    #expect(host.hasSuffix(".invalid") && host.count > 16)
    #expect(request.contactURI == "sip:a@\(host);transport=ws")
    #expect(request.text.contains("Via: SIP/2.0/\(transport.viaName) \(host);rport;branch="))
    #expect(network.state("a") == .ok)
    network.cut(0)
    network.run(for: .seconds(61))
    #expect(network.requests.map(\.contactURI) == [request.contactURI, request.contactURI])
  }

  @Test("TLS-15 domains never share a connection over TLS, nor do accounts that trust differently")
  func connectionsAreKeptApart() throws {
    var network = Self.network()
    for name in ["one.example", "two.example"] {
      network.names[name] = [SimulatedNetwork.server]
    }
    var other = Self.account("c", over: .tls, at: "one.example")
    other.tls = TLSSettings(ca: "/elsewhere.pem")
    try network.add([
      Self.account("a", over: .tls, at: "one.example"), Self.account("b", over: .tls, at: "two.example"),
      other, Self.account("d", over: .tls, at: "one.example"),
    ])
    network.run(for: .seconds(1))
    #expect(network.connects.count == 3)
    #expect(
      Set(network.machine.flows.map { "\($0.key.domain?.description ?? "") \($0.key.tls?.ca ?? "")" }).count
        == 3
    )
  }
}
