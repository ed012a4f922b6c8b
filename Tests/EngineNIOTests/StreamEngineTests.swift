import EmbeddedRegistrar
import Reconcile
import SIP
import SIPTransport
import TestSupport
import Testing

@testable import EngineNIO

/// The whole engine over real connections.
@Suite(.timeLimit(.minutes(3))) struct StreamEngineTests {
  private static let loopback = Endpoint(address: .ipv4(IPv4Address(value: 0x7f00_0001)), port: 0)

  private static func account(_ name: String, at server: Endpoint, over transport: Transport) -> Account {
    let identity = SIPURI(user: name, host: .name("example.org"))
    let registrar = SIPURI(host: server.address, port: server.port)
    var account = Account(id: AccountID(name), identity: NameAddress(uri: identity), registrar: registrar)
    account.transport = transport
    return account
  }

  private static func addition(_ account: Account) -> AccountAddition {
    AccountAddition(
      account: account,
      credentials: [Credential(username: account.id.name, proof: .password(Secret("secret")))],
      sequence: CallSequence(callID: "call-\(account.id)", lastCSeq: 0, ceiling: 100)
    )
  }

  /// Waits until an event fits, and returns it.
  private static func event(
    of engine: NIOEngine,
    where fits: (RegistrationEvent) -> Bool
  ) async throws -> RegistrationEvent {
    for await batch in engine.events { if let event = batch.first(where: fits) { return event } }
    throw SupportError.unexpected("the events have ended")
  }

  /// A registrar with a certificate for what the wish says, and an authority's file to trust.
  private static func with(
    _ transport: Transport,
    _ wish: CertificateWish? = nil,
    _ body: (RegistrarServer, Endpoint, Reconcile.TLSSettings) async throws -> Void
  ) async throws {
    try await TemporaryFolder.with { folder in
      let authority = try PrivateAuthority()
      let own = CertificateWish().changed { $0.addresses = [[127, 0, 0, 1]] }
      let shown = try authority.issue(wish ?? own)
      let tls = TLSServerSettings(
        certificate: try folder.write(shown.certificate, to: "cert.pem"),
        key: try folder.write(shown.key, to: "key.pem")
      )
      let trust = Reconcile.TLSSettings(ca: try folder.write(try authority.pem, to: "ca.pem"))
      var settings = RegistrarSettings()
      settings.access = .anyUser(password: Secret("secret"))
      let registrar = RegistrarServer(
        settings: settings,
        listen: [RegistrarAddress(transport, loopback)],
        tls: transport.isSecure ? tls : nil
      )
      let server = try await registrar.start()
      do { try await body(registrar, server, trust) } catch {
        try await registrar.stop()
        throw error
      }
      try await registrar.stop()
    }
  }

  @Test(
    "TRN-01 TRN-17 WSS-01 two hundred accounts register with digest over one connection",
    arguments: [Transport.tcp, .tls, .ws, .wss]
  )
  func twoHundredAccounts(transport: Transport) async throws {
    try await Self.with(transport) { registrar, server, trust in
      let names = (0..<200).map { "u\($0)" }
      var settings = NIOEngine.Settings()
      settings.tls = trust
      let engine = try await NIOEngine.start(settings)
      try await engine.add(names.map { Self.addition(Self.account($0, at: server, over: transport)) })
      var missing = Set(names)
      for await batch in engine.events {
        for event in batch where event.state == .ok { missing.remove(event.account.name) }
        if missing.isEmpty { break }
      }
      #expect(try await registrar.bindings.count == 200)
      #expect(try await registrar.connectionCount == 1)
      let requests = try await registrar.requests
      #expect(
        requests.allSatisfy {
          String(decoding: $0.bytes, as: UTF8.self).contains("Via: SIP/2.0/\(transport.viaName) ")
        }
      )
      await engine.shutdown()
    }
  }

  @Test(
    "TRN-16 TRN-23 the contact over TCP names a port that can be connected to, and requests there are answered"
  )
  func theContactIsReachable() async throws {
    try await Self.with(.tcp) { registrar, server, _ in
      let engine = try await NIOEngine.start()
      try await engine.add([Self.addition(Self.account("a", at: server, over: .tcp))])
      _ = try await Self.event(of: engine) { $0.state == .ok }
      let port = try #require(await engine.localAddress).port
      let contact = try #require(try await registrar.bindings.first).contact
      #expect(contact == "sip:a@127.0.0.1:\(port);transport=tcp")
      let target = Endpoint(address: server.address, port: port)
      let probe = try await FlowProbe.open(
        StreamTarget(transport: .tcp, server: target, domain: target.address)
      )
      guard case .opened = try #require(await probe.next(1).first) else { return }
      try await probe.send(
        "OPTIONS \(contact) SIP/2.0\r\nVia: SIP/2.0/TCP 127.0.0.1;branch=z9hG4bKx\r\nFrom: <sip:r@x>;tag=1\r\n"
          + "To: <sip:a@x>\r\nCall-ID: c\r\nCSeq: 1 OPTIONS\r\nMax-Forwards: 70\r\nContent-Length: 0\r\n\r\n"
      )
      guard case .message(let answer, _) = try #require(await probe.next(1).first) else {
        Issue.record("no answer")
        return
      }
      #expect(answer.hasPrefix("SIP/2.0 200 OK\r\n"))
      try await probe.close()
      await engine.shutdown()
    }
  }

  @Test("TXN-13 TRN-18 a registrar that stops is noticed at once")
  func aRegistrarStops() async throws {
    let registrar = RegistrarServer(listen: [RegistrarAddress(.tcp, Self.loopback)])
    let server = try await registrar.start()
    let engine = try await NIOEngine.start()
    try await engine.add([Self.addition(Self.account("a", at: server, over: .tcp))])
    _ = try await Self.event(of: engine) { $0.state == .ok }
    try await registrar.stop()
    let event = try await Self.event(of: engine) { $0.failure != nil }
    guard case .transport(let reason) = event.failure else {
      Issue.record("\(event)")
      return
    }
    #expect(reason.contains("\(server)") && event.state == .ok)
    await engine.shutdown()
  }

  @Test("TLS-02 TLS-06 TLS-08 a wrong certificate is told of with what to do, and no REGISTER is sent")
  func wrongCertificates() async throws {
    let cases: [(CertificateWish, String)] = [
      (CertificateWish(dnsNames: ["other.example"]), "tls: { serverName: NAME }"),
      (CertificateWish(dnsNames: ["*.example.org"]), "allowWildcard: true"),
    ]
    for (wish, advice) in cases {
      try await Self.with(.tls, wish) { registrar, server, trust in
        let engine = try await NIOEngine.start()
        var account = Self.account("a", at: server, over: .tls)
        account.tls = trust
        if advice.contains("Wildcard") { account.tls?.serverName = "sip.example.org" }
        try await engine.add([Self.addition(account)])
        let event = try await Self.event(of: engine) { $0.state == .failed }
        #expect(event.reason.contains(advice), "\(event.reason)")
        #expect(try await registrar.requestCount == 0)
        await engine.shutdown()
      }
    }
  }

  @Test("TLS-12 a trust file that is gone is named")
  func missingFiles() async throws {
    try await Self.with(.tls) { _, server, _ in
      let engine = try await NIOEngine.start()
      var account = Self.account("a", at: server, over: .tls)
      account.tls = TLSSettings(ca: "/nowhere/ca.pem")
      try await engine.add([Self.addition(account)])
      let event = try await Self.event(of: engine) { $0.state == .failed }
      #expect(event.reason.contains("/nowhere/ca.pem"))
      await engine.shutdown()
    }
  }
}
