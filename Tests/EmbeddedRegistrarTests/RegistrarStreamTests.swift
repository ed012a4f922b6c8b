import SIP
import SIPTransport
import TestSupport
import Testing

@testable import EmbeddedRegistrar

@Suite(.timeLimit(.minutes(3))) struct RegistrarStreamTests {
  private static func loopback(_ transport: Transport, port: UInt16 = 0) -> RegistrarAddress {
    RegistrarAddress(transport, Endpoint(address: .ipv4(IPv4Address(value: 0x7f00_0001)), port: port))
  }

  private func request(
    _ number: UInt32,
    contact: String = "<sip:alice@192.0.2.10>",
    transport: String = "TCP"
  ) -> String {
    LabRequest(contact, cseq: number).changed { $0.branch = "z9hG4bKs\(number)" }.text
      .replacing("SIP/2.0/UDP", with: "SIP/2.0/\(transport)")
  }

  /// Runs a registrar that listens for all that a test wants, with a certificate for `localhost`.
  private func withRegistrar(
    _ transports: [Transport],
    settings: RegistrarSettings = RegistrarSettings(),
    asksClients: Bool = false,
    _ body: (RegistrarServer, [RegistrarAddress], TLSSettings) async throws -> Void
  ) async throws {
    try await TemporaryFolder.with { folder in
      let authority = try PrivateAuthority()
      let issued = try authority.issue(CertificateWish(dnsNames: ["localhost"]))
      var tls = TLSServerSettings(
        certificate: try folder.write(issued.certificate, to: "me.pem"),
        key: try folder.write(issued.key, to: "me.key")
      )
      var client = TLSSettings()
      client.trustAnchors = try folder.write(try authority.pem, to: "ca.pem")
      if asksClients {
        tls.clientTrustAnchors = client.trustAnchors
        let ours = try authority.issue(CertificateWish(commonName: "client", use: .client))
        client.certificate = try folder.write(ours.certificate, to: "client.pem")
        client.key = try folder.write(ours.key, to: "client.key")
      }
      let server = RegistrarServer(
        settings: settings,
        listen: transports.map { Self.loopback($0) },
        tls: tls,
        seed: 1
      )
      let addresses = try await server.startAll()
      try await body(server, addresses, client)
      try await server.stop()
    }
  }

  private func open(_ address: RegistrarAddress, _ tls: TLSSettings) async throws -> FlowProbe {
    var target = StreamTarget(
      transport: address.transport,
      server: address.endpoint,
      domain: .name("localhost")
    )
    if address.transport.isSecure { target.tls = try TLSContext(tls) }
    let probe = try await FlowProbe.open(target)
    guard case .opened? = await probe.next(1).first else { throw SupportError.timedOut("an open flow") }
    return probe
  }

  private func statuses(_ events: [FlowEvent]) -> [UInt16] {
    events.compactMap { event in
      guard case .message(let text, _) = event else { return nil }
      return LabAnswer(bytes: Array(text.utf8), peer: Self.loopback(.tcp).endpoint).status
    }
  }

  @Test(
    "UAS-23 TRN-01 WSS-04 a REGISTER over each stream is answered on its connection",
    arguments: [Transport.tcp, .tls, .ws, .wss]
  )
  func registers(transport: Transport) async throws {
    try await withRegistrar([transport]) { server, addresses, tls in
      let probe = try await open(addresses[0], tls)
      try await probe.send(
        request(1, transport: transport.viaName),
        request(2, transport: transport.viaName),
        request(2, transport: transport.viaName)
      )
      // On a stream nothing is repeated: the third is a new request with an old CSeq.
      #expect(statuses(await probe.next(3)) == [200, 200, 500])
      #expect(try await server.bindings.map(\.contact) == ["sip:alice@192.0.2.10"])
      #expect(try await server.requests.map(\.stream) == [1, 1, 1])
      #expect(try await server.requests.map(\.isCopy) == [false, false, false])
      try await probe.close()
    }
  }

  @Test("UAS-23 one registrar listens for UDP and streams at once")
  func allAtOnce() async throws {
    try await withRegistrar([.udp, .tcp, .tls, .ws, .wss]) { server, addresses, tls in
      #expect(addresses.map(\.transport) == [.udp, .tcp, .tls, .ws, .wss])
      #expect(Set(addresses.dropFirst().map(\.endpoint.port)).count == 4)
      for address in addresses.dropFirst() {
        let probe = try await open(address, tls)
        try await probe.send(request(1, contact: "<sip:\(address.transport)@192.0.2.1>").changedCall(address))
        #expect(statuses(await probe.next(1)) == [200])
        try await probe.close()
      }
      #expect(try await server.bindings.count == 4)
    }
  }

  @Test("UAS-23 UDP and TCP can share a port")
  func onePort() async throws {
    // Another program may have the port for TCP: then the next one is tried.
    let addresses = try await eventually("a port that is free for both") { () -> [RegistrarAddress]? in
      let port = try LoopbackSocket.freePort()
      let server = RegistrarServer(listen: [Self.loopback(.udp, port: port), Self.loopback(.tcp, port: port)])
      var bound: [RegistrarAddress]?
      do { bound = try await server.startAll() } catch is RegistrarStartError {}
      try await server.stop()
      return bound
    }
    #expect(addresses.map(\.transport) == [.udp, .tcp])
    #expect(addresses[0].endpoint == addresses[1].endpoint)
  }

  @Test("UAS-26 OUT-12 a double CRLF is answered with a CRLF")
  func pong() async throws {
    try await withRegistrar([.tcp, .ws]) { _, addresses, tls in
      for address in addresses {
        let probe = try await open(address, tls)
        try await probe.perform { flow in
          flow.sendPing()
          flow.flush()
        }
        #expect(await probe.next(1) == [.pong])
        try await probe.close()
      }
    }
  }

  @Test("UAS-27 a delayed answer goes back on its connection, and is lost with it")
  func delayed() async throws {
    try await withRegistrar([.tcp]) { server, addresses, tls in
      try await server.setFaults(try FaultScript(parsing: "delay=20ms"))
      let gone = try await open(addresses[0], tls)
      try await gone.send(request(1))
      let probe = try await open(addresses[0], tls)
      try await probe.send(request(2))
      try await gone.close()
      #expect(statuses(await probe.next(1)) == [200])
      try await probe.close()
    }
  }

  @Test("UAS-25 one connection too many is closed, and the others go on")
  func capacity() async throws {
    var settings = RegistrarSettings()
    settings.limits.connections = 1
    try await withRegistrar([.tcp], settings: settings) { server, addresses, tls in
      let first = try await open(addresses[0], tls)
      try await first.send(request(1))
      #expect(statuses(await first.next(1)) == [200])
      let second = try await open(addresses[0], tls)
      let failure = try #require(await second.failure())
      #expect(failure.kind == .closed || failure.kind == .reset)
      #expect(try await server.connectionCount == 1)
      try await first.send(request(2))
      #expect(statuses(await first.next(1)) == [200])
      try await first.close()
    }
  }

  @Test("UAS-25 SEC-02 a message that cannot be cut closes its connection, and the others go on")
  func broken() async throws {
    try await withRegistrar([.tcp]) { server, addresses, tls in
      let bad = try await open(addresses[0], tls)
      let good = try await open(addresses[0], tls)
      try await bad.send("REGISTER sip:a SIP/2.0\r\nContent-Length: 4294967295\r\n\r\n")
      #expect(await bad.failure()?.kind == .closed)
      try await good.send(request(1))
      #expect(statuses(await good.next(1)) == [200])
      try await good.close()
    }
  }

  @Test("TLS-12 a registrar that asks for certificates lets in only who has one")
  func mutual() async throws {
    try await withRegistrar([.tls], asksClients: true) { _, addresses, tls in
      let probe = try await open(addresses[0], tls)
      try await probe.send(request(1, transport: "TLS"))
      #expect(statuses(await probe.next(1)) == [200])
      try await probe.close()
      var without = tls
      without.certificate = nil
      without.key = nil
      let refused = try await open(addresses[0], without)
      #expect(await refused.failure()?.kind == .tls)
    }
  }

  @Test("a registrar that cannot listen says where and why, and holds nothing")
  func cannotListen() async throws {
    let first = RegistrarServer(listen: [Self.loopback(.tcp)])
    let taken = try await first.startAll()[0]
    let second = RegistrarServer(listen: [Self.loopback(.udp), taken])
    await #expect(throws: RegistrarStartError.cannotListen(taken, reason: "Address already in use")) {
      try await second.startAll()
    }
    try await second.stop()
    try await first.stop()
    let secure = RegistrarServer(listen: [Self.loopback(.tls)])
    await #expect(throws: RegistrarStartError.noCertificate(Self.loopback(.tls))) { try await secure.start() }
    try await secure.stop()
  }
}

extension String {
  /// A Call-ID and an address of record of its own.
  fileprivate func changedCall(_ address: RegistrarAddress) -> String {
    replacing("call-1", with: "call-\(address.endpoint.port)")
  }
}
