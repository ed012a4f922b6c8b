import EmbeddedRegistrar
import Reconcile
import SIP
import SIPTransport
import TestSupport
import Testing

@testable import EngineNIO

/// TLS files that change on disk while the engine runs.
@Suite(.timeLimit(.minutes(3))) struct RenewedTrustTests {
  private static let loopback = Endpoint(address: .ipv4(IPv4Address(value: 0x7f00_0001)), port: 0)

  /// A registrar with a certificate of this authority.
  private static func registrar(_ authority: PrivateAuthority, _ name: String, in folder: TemporaryFolder)
    throws
    -> RegistrarServer
  {
    let shown = try authority.issue(CertificateWish().changed { $0.addresses = [[127, 0, 0, 1]] })
    return RegistrarServer(
      listen: [RegistrarAddress(.tls, loopback)],
      tls: TLSServerSettings(
        certificate: try folder.write(shown.certificate, to: "\(name).pem"),
        key: try folder.write(shown.key, to: "\(name).key")
      )
    )
  }

  private static func addition(_ name: String, at server: Endpoint) -> AccountAddition {
    let identity = SIPURI(user: name, host: .name("example.org"))
    let uri = SIPURI(host: server.address, port: server.port)
    var account = Account(id: AccountID(name), identity: NameAddress(uri: identity), registrar: uri)
    account.transport = .tls
    let sequence = CallSequence(callID: "call-\(name)", lastCSeq: 0, ceiling: 100)
    return AccountAddition(account: account, credentials: [], sequence: sequence)
  }

  private static func isBound(_ name: AccountID, by engine: NIOEngine) async -> Bool {
    for await batch in engine.events {
      for event in batch where event.account == name {
        if event.state == .ok { return true }
        if event.failure != nil { return false }
      }
    }
    return false
  }

  @Test("a renewed trust anchor counts from the next connection; one that cannot be read does not")
  func renewedAnchors() async throws {
    try await TemporaryFolder.with { folder in
      let (first, second) = (try PrivateAuthority(), try PrivateAuthority())
      let anchors = try folder.write(try first.pem, to: "ca.pem")
      let registrars = [
        try Self.registrar(first, "first", in: folder), try Self.registrar(second, "second", in: folder),
        try Self.registrar(second, "third", in: folder),
      ]
      var servers: [Endpoint] = []
      for registrar in registrars { servers.append(try await registrar.start()) }
      let (warnings, sink) = AsyncStream.makeStream(of: String.self)
      var settings = NIOEngine.Settings()
      settings.tls = Reconcile.TLSSettings(ca: anchors)
      settings.warn = { sink.yield($0) }
      let engine = try await NIOEngine.start(settings)

      try await engine.add([Self.addition("a", at: servers[0])])
      #expect(await Self.isBound("a", by: engine))
      _ = try folder.write(try second.pem, to: "ca.pem")
      try await engine.add([Self.addition("b", at: servers[1])])
      #expect(await Self.isBound("b", by: engine))

      _ = try folder.write("no certificate", to: "ca.pem")
      try await engine.add([Self.addition("c", at: servers[2])])
      #expect(await Self.isBound("c", by: engine))
      // What was open stays open.
      #expect(try await registrars[0].connectionCount == 1)
      await engine.shutdown()
      for registrar in registrars { try await registrar.stop() }
      sink.finish()
      let told = await warnings.reduce(into: []) { $0.append($1) }
      #expect(told.count == 1 && told[0].contains("ca.pem") && told[0].contains("read before"))
    }
  }
}
