import NIOCore
import NIOSSL
import SIP
import Synchronization
import TestSupport
import Testing

@testable import SIPTransport

@Suite(.timeLimit(.minutes(3))) struct TLSFlowTests {
  private static let good = CertificateWish(dnsNames: ["example.com"])

  @Test("TRN-01 TLS-01 TLS-03 HAR-08 a certificate of the private authority for the domain is taken")
  func good() async throws {
    try await TLSFixture.with { fixture in
      let wishes = [
        Self.good, Self.good.changed { $0.use = .server }, Self.good.changed { $0.use = .both },
        CertificateWish(uris: ["sip:example.com"]), CertificateWish(commonName: "example.com"),
        CertificateWish(commonName: "other.example", dnsNames: ["a.example", "EXAMPLE.com"]),
      ]
      for wish in wishes {
        let (failure, bytes) = try await fixture.open(wish)
        #expect(failure == nil, "\(wish)")
        #expect(bytes == Array("REGISTER".utf8))
      }
    }
  }

  @Test("TLS-01 TLS-02 a chain that is not valid is refused, says why, and nothing is sent")
  func badChains() async throws {
    try await TLSFixture.with { fixture in
      let stranger = try PrivateAuthority("Stranger")
      let notAnAuthority = try fixture.authority.intermediate(CertificateWish(commonName: "No CA"))
      let cases: [(CertificateWish, PrivateAuthority?, String)] = [
        (
          Self.good, stranger,
          "was issued by CN=Stranger, and no valid chain leads from there to the trust anchors in"
        ),
        (Self.good.changed { $0.ends = -60 }, nil, "expired on 20"),
        (Self.good.changed { $0.begins = 3_600 }, nil, "is not valid before 20"),
        (Self.good.changed { $0.use = .client }, nil, "is not made for TLS servers (extended key usage)"),
        (Self.good, notAnAuthority, "was issued by CN=No CA, and no valid chain"),
      ]
      for (wish, issuer, words) in cases {
        let (failure, bytes) = try await fixture.open(wish, by: issuer)
        #expect(failure?.kind == .certificate, "\(words)")
        #expect(failure?.reason.contains(words) == true, "\(String(describing: failure))")
        #expect(bytes == [])
      }
    }
  }

  @Test("TLS-01 an intermediate that is an authority is followed")
  func intermediate() async throws {
    try await TLSFixture.with { fixture in
      let between = try fixture.authority.intermediate(
        CertificateWish(commonName: "Between", isAuthority: true)
      )
      #expect(try await fixture.open(Self.good, by: between).failure == nil)
    }
  }

  @Test(
    "TLS-02 TLS-03 TLS-04 TLS-05 TLS-07 TRAP-14 a certificate for somebody else is refused, and nothing is sent"
  )
  func wrongNames() async throws {
    try await TLSFixture.with { fixture in
      let wishes: [(CertificateWish, String)] = [
        (CertificateWish(dnsNames: ["sip1.hoster.net"]), "is for sip1.hoster.net, and not for example.com"),
        (CertificateWish(dnsNames: ["127.0.0.1"]), "is for 127.0.0.1, and not for example.com"),
        (CertificateWish(commonName: "example.com", dnsNames: ["other.example"]), "is for other.example"),
        (CertificateWish(dnsNames: ["foo.example.com"]), "is for foo.example.com"),
        (CertificateWish(dnsNames: ["example.com"], uris: ["sip:example.org"]), "is for example.org"),
        (CertificateWish(uris: ["sip:bob@example.com"]), "is for nobody in particular"),
        (CertificateWish(uris: ["sips:example.com", "https://example.com"]), "is for nobody in particular"),
      ]
      for (wish, words) in wishes {
        let (failure, bytes) = try await fixture.open(wish)
        #expect(failure?.kind == .certificate, "\(words)")
        #expect(failure?.reason.contains(words) == true, "\(String(describing: failure))")
        #expect(failure?.reason.contains("tls: { serverName: NAME }") == true)
        #expect(bytes == [])
      }
    }
  }

  @Test("TLS-06 DEC-13 a wildcard is refused and names the option that allows it; with it, it is taken")
  func wildcard() async throws {
    try await TLSFixture.with { fixture in
      let wish = CertificateWish(dnsNames: ["*.example.com"])
      let (failure, bytes) = try await fixture.open(wish, as: "sip.example.com")
      #expect(failure?.reason.contains("for the wildcard *.example.com") == true)
      #expect(failure?.reason.contains("set tls: { allowWildcard: true }") == true)
      #expect(bytes == [])
      #expect(try await fixture.open(wish, as: "sip.example.com") { $0.allowsWildcard = true }.failure == nil)
    }
  }

  @Test("TLS-08 an address needs itself in the certificate, or a name that is told to be expected")
  func addresses() async throws {
    try await TLSFixture.with { fixture in
      let (failure, _) = try await fixture.open(Self.good, as: "127.0.0.1")
      #expect(failure?.reason.contains("name the server's domain instead of its address") == true)
      let withAddress = Self.good.changed { $0.addresses = [[127, 0, 0, 1]] }
      #expect(try await fixture.open(withAddress, as: "127.0.0.1").failure == nil)
      let named = try await fixture.open(Self.good, as: "127.0.0.1") { $0.serverName = Host("example.com") }
      #expect(named.failure == nil)
    }
  }

  @Test("TLS-09 the server is asked for the configured domain, and for nothing where that is an address")
  func indication() async throws {
    try await TLSFixture.with { fixture in
      let log = NameLog()
      let (other, otherKey) = try fixture.sources(CertificateWish(dnsNames: ["two.example"]))
      let context = try fixture.server(Self.good.changed { $0.addresses = [[127, 0, 0, 1]] }) { tls in
        tls.sslContextCallback = { values, promise in
          log.names.withLock { $0.append(values.serverHostname) }
          var change = NIOSSLContextConfigurationOverride()
          if values.serverHostname == "two.example" {
            change.certificateChain = other
            change.privateKey = otherKey
          }
          promise.succeed(change)
        }
      }
      let server = try await RawServer.start(tls: context)
      let trust = try TLSContext(fixture.settings())
      for domain in ["example.com", "two.example", "127.0.0.1"] {
        var target = server.target(.tls, domain: domain)
        target.tls = trust
        let probe = try await FlowProbe.open(target)
        guard case .opened? = await probe.next(1).first else {
          Issue.record("\(domain)")
          continue
        }
        try await probe.close()
      }
      #expect(log.names.withLock { $0 } == ["example.com", "two.example", nil])
      try await server.stop()
    }
  }

  @Test("TLS-10 a server without TLS 1.2 is refused with a plain reason")
  func oldVersions() async throws {
    try await TLSFixture.with { fixture in
      let context = try fixture.server(Self.good) {
        $0.minimumTLSVersion = .tlsv1
        $0.maximumTLSVersion = .tlsv11
      }
      let failure = try #require(try await fixture.failure(at: context))
      #expect(failure.kind == .tls)
      #expect(failure.reason.contains("offers no TLS version from 1.2 on"))
    }
  }

  @Test("TLS-12 HAR-08 a server that demands a certificate gets ours, and says so where there is none")
  func clientCertificate() async throws {
    try await TLSFixture.with { fixture in
      let anchors = try NIOSSLCertificate.fromPEMFile(fixture.anchors)
      for version in [TLSVersion.tlsv12, .tlsv13] {
        let context = try fixture.server(Self.good) {
          $0.certificateVerification = .noHostnameVerification
          $0.trustRoots = .certificates(anchors)
          $0.maximumTLSVersion = version
        }
        let failure = try #require(try await fixture.failure(at: context))
        #expect(failure.kind == .tls)
        #expect(failure.reason.contains("tls: { certificate"), "\(failure)")
        let issued = try fixture.authority.issue(CertificateWish(commonName: "us", use: .client))
        let certificate = try fixture.folder.write(issued.certificate, to: "me.pem")
        let key = try fixture.folder.write(issued.key, to: "me.key")
        let server = try await RawServer.start(tls: context)
        var target = server.target(.tls)
        target.tls = try TLSContext(
          fixture.settings {
            $0.certificate = certificate
            $0.key = key
          }
        )
        let probe = try await FlowProbe.open(target)
        let connection = try await server.accept()
        try await connection.send("SIP/2.0 200 OK\r\nl: 0\r\n\r\n")
        #expect(await probe.next(2).last == .message("SIP/2.0 200 OK\r\nl: 0\r\n\r\n", hasLength: true))
        try await probe.close()
        try await server.stop()
      }
    }
  }

  @Test("TLS-13 TXN-15 a stalled handshake, a server without TLS and one that hangs up have a reason each")
  func notTLS() async throws {
    var settings = StreamSettings()
    settings.openLimit = .milliseconds(400)
    let stalled = try await RawServer.start()
    let probe = try await FlowProbe.open(stalled.target(.tls), settings)
    let failure = try #require(await probe.failure())
    #expect(
      failure.kind == .timedOut && failure.reason.contains("did not finish the TLS handshake within 400 ms")
    )
    try await stalled.stop()

    settings.openLimit = .seconds(60)
    let plain = try await RawServer.start()
    let second = try await FlowProbe.open(plain.target(.tls), settings)
    try await plain.accept().send("SIP/2.0 400 Bad Request\r\n\r\n")
    let wrong = try #require(await second.failure())
    #expect(wrong.kind == .tls && wrong.reason.contains("does not speak TLS on this port"), "\(wrong)")

    let third = try await FlowProbe.open(plain.target(.tls), settings)
    let connection = try await plain.accept()
    _ = await connection.read(1)
    try await connection.close()
    let closed = try #require(await third.failure())
    let words = "closed the connection during the TLS handshake"
    #expect(closed.kind == .tls && closed.reason.contains(words), "\(closed)")
    try await plain.stop()
  }

  @Test("TLS-15 a flow serves another domain only if the certificate is for that too")
  func reuse() async throws {
    try await TLSFixture.with { fixture in
      let wish = CertificateWish(dnsNames: ["example.com", "example.org", "*.example.net"])
      let server = try await RawServer.start(tls: try fixture.server(wish))
      var target = server.target(.tls)
      target.tls = try TLSContext(fixture.settings())
      let probe = try await FlowProbe.open(target)
      _ = await probe.next(1)
      let served = try await probe.perform { flow in
        ["example.com", "example.org", "sip.example.net", "other.example"].map { flow.serves(Host($0)!) }
      }
      #expect(served == [true, true, false, false])
      #expect(try await probe.perform { $0.serves(Host("sip.example.net")!, allowsWildcard: true) })
      try await probe.close()
      try await server.stop()
    }
  }

  @Test("TLS-11 verification is off only where it is said to be")
  func unverified() async throws {
    try await TLSFixture.with { fixture in
      let stranger = try PrivateAuthority("Stranger")
      let wish = CertificateWish(dnsNames: ["other.example"])
      #expect(try await fixture.open(wish, by: stranger).failure?.kind == .certificate)
      #expect(try await fixture.open(wish, by: stranger) { $0.verifies = false }.failure == nil)
    }
  }

  @Test("TLS-14 a renewed trust file counts for the next context")
  func renewed() async throws {
    try await TLSFixture.with { fixture in
      let next = try PrivateAuthority("Next")
      #expect(try await fixture.open(Self.good, by: next).failure != nil)
      try fixture.folder.write(try fixture.authority.pem + next.pem, to: "ca.pem")
      #expect(try await fixture.open(Self.good, by: next).failure == nil)
    }
  }

  @Test("WSS-10 over wss a wildcard is taken by the rules of the web, and another host is not")
  func webRules() async throws {
    try await TLSFixture.with { fixture in
      let wish = CertificateWish(dnsNames: ["*.example.com"])
      let server = try await RawServer.start(tls: try fixture.server(wish))
      for (domain, isTaken) in [("sip.example.com", true), ("sip.example.org", false)] {
        var target = server.target(.wss, domain: domain)
        target.tls = try TLSContext(fixture.settings())
        let probe = try await FlowProbe.open(target)
        let connection = try await server.accept()
        let request = await connection.read(until: "\r\n\r\n")
        #expect(request.hasPrefix("GET / HTTP/1.1\r\nHost: sip.example.com:") == isTaken)
        try await probe.close()
      }
      try await server.stop()
    }
  }
}

/// The names that servers were asked for.
private final class NameLog: Sendable {
  let names = Mutex<[String?]>([])
}

extension TLSFixture {
  /// How a flow to a server ends.
  fileprivate func failure(at context: NIOSSLContext) async throws -> FlowFailure? {
    let server = try await RawServer.start(tls: context)
    var target = server.target(.tls)
    target.tls = try TLSContext(settings())
    let failure = await (try FlowProbe.open(target)).failure()
    try await server.stop()
    return failure
  }
}
