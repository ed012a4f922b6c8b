import NIOSSL
import SIP
import TestSupport
import Testing

@testable import SIPTransport

/// An authority with its files, servers with certificates of it, and flows that trust it.
struct TLSFixture {
  let folder: TemporaryFolder
  let authority: PrivateAuthority
  let anchors: String

  static func with(_ body: (TLSFixture) async throws -> Void) async throws {
    try await TemporaryFolder.with { folder in
      let authority = try PrivateAuthority()
      let anchors = try folder.write(try authority.pem, to: "ca.pem")
      try await body(TLSFixture(folder: folder, authority: authority, anchors: anchors))
    }
  }

  /// What a server shows and asks for.
  func server(
    _ wish: CertificateWish,
    by issuer: PrivateAuthority? = nil,
    _ change: (inout TLSConfiguration) throws -> Void = { _ in }
  ) throws -> NIOSSLContext {
    let (chain, key) = try sources(wish, by: issuer)
    var tls = TLSConfiguration.makeServerConfiguration(certificateChain: chain, privateKey: key)
    try change(&tls)
    return try NIOSSLContext(configuration: tls)
  }

  func sources(
    _ wish: CertificateWish,
    by issuer: PrivateAuthority? = nil
  ) throws -> ([NIOSSLCertificateSource], NIOSSLPrivateKeySource) {
    let issued = try (issuer ?? authority).issue(wish)
    return (
      try NIOSSLCertificate.fromPEMBytes(Array(issued.certificate.utf8)).map { .certificate($0) },
      .privateKey(try NIOSSLPrivateKey(bytes: Array(issued.key.utf8), format: .pem))
    )
  }

  func settings(_ change: (inout TLSSettings) -> Void = { _ in }) -> TLSSettings {
    var settings = TLSSettings()
    settings.trustAnchors = anchors
    change(&settings)
    return settings
  }

  /// Opens a flow to a server with a certificate.
  ///
  /// - Returns: how it ended, nil if it opened; and what the server got of bytes within TLS.
  func open(
    _ wish: CertificateWish,
    by issuer: PrivateAuthority? = nil,
    as domain: String = "example.com",
    transport: Transport = .tls,
    _ change: (inout TLSSettings) -> Void = { _ in }
  ) async throws -> (failure: FlowFailure?, bytes: [UInt8]) {
    let server = try await RawServer.start(tls: try self.server(wish, by: issuer))
    var target = server.target(transport, domain: domain)
    target.tls = try TLSContext(settings(change))
    let probe = try await FlowProbe.open(target)
    let connection = try await server.accept()
    let first = await probe.next(1).first
    var failure: FlowFailure?
    if case .failed(let found)? = first { failure = found }
    if failure == nil { try await probe.send("REGISTER") }
    try await probe.close()
    let bytes = await connection.readAll()
    try await server.stop()
    return (failure, bytes)
  }
}
