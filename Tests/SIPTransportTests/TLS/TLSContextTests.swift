import TestSupport
import Testing

@testable import SIPTransport

@Suite struct TLSContextTests {
  private func error(_ change: (inout TLSSettings) -> Void) -> TLSSettingsError? {
    var settings = TLSSettings()
    change(&settings)
    do {
      _ = try TLSContext(settings)
      return nil
    } catch {
      return error
    }
  }

  @Test("TLS-12 each file that cannot be used is named with the reason")
  func badFiles() async throws {
    try await TemporaryFolder.with { folder in
      let authority = try PrivateAuthority()
      let (one, two) = (try authority.issue(CertificateWish()), try authority.issue(CertificateWish()))
      let certificate = try folder.write(one.certificate, to: "one.pem")
      let key = try folder.write(one.key, to: "one.key")
      let otherKey = try folder.write(two.key, to: "two.key")
      let missing = folder.path("missing.pem")
      let empty = try folder.write("nothing\n", to: "empty.pem")
      #expect(
        error { $0.trustAnchors = missing }?.description
          == "the file \(missing) with the trust anchors cannot be read: No such file or directory"
      )
      #expect(error { $0.trustAnchors = empty } == .notFound(.trustAnchors, path: empty))
      #expect(error { $0.certificate = certificate } == .certificateWithoutKey(path: certificate))
      #expect(error { $0.key = key } == .keyWithoutCertificate(path: key))
      #expect(error { ($0.certificate, $0.key) = (empty, key) } == .notFound(.certificate, path: empty))
      #expect(error { ($0.certificate, $0.key) = (certificate, empty) } == .notFound(.key, path: empty))
      #expect(
        error { ($0.certificate, $0.key) = (certificate, otherKey) }
          == .mismatch(certificate: certificate, key: otherKey)
      )
      #expect(error { ($0.certificate, $0.key) = (certificate, key) } == nil)
      #expect(throws: TLSSettingsError.notFound(.key, path: empty)) {
        try TLSServerContext(TLSServerSettings(certificate: certificate, key: empty))
      }
    }
  }
}
