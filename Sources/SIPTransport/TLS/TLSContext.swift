import NIOCore
import NIOSSL

/// TLS made ready for connections that we open: files read, keys checked.
///
/// Making one reads files and may parse all of the system's anchors, so make it once for each `TLSSettings` and
/// keep it. Renewed files need a new context; open flows stay with the old one.
package struct TLSContext: Sendable {
  package let settings: TLSSettings
  let context: NIOSSLContext

  package init(_ settings: TLSSettings) throws(TLSSettingsError) {
    self.settings = settings
    var tls = TLSConfiguration.makeClientConfiguration()
    tls.minimumTLSVersion = .tlsv12
    // Who the peer is, is ours to judge (RFC 5922); NIOSSL would take wildcards.
    tls.certificateVerification = settings.verifies ? .noHostnameVerification : .none
    tls.renegotiationSupport = .none
    tls.shutdownTimeout = .seconds(2)
    if let path = settings.trustAnchors {
      tls.trustRoots = .certificates(try TLSFiles.certificates(path, for: .trustAnchors))
    }
    switch (settings.certificate, settings.key) {
    case (nil, nil): break
    case (let certificate?, nil): throw .certificateWithoutKey(path: certificate)
    case (nil, let key?): throw .keyWithoutCertificate(path: key)
    case (let certificate?, let key?):
      let shown = try TLSFiles.pair(certificate: certificate, key: key)
      tls.certificateChain = shown.chain.map { .certificate($0) }
      tls.privateKey = .privateKey(shown.key)
    }
    context = try TLSFiles.context(tls)
  }
}

/// TLS made ready for connections that we accept.
package struct TLSServerContext: Sendable {
  let context: NIOSSLContext

  package init(_ settings: TLSServerSettings) throws(TLSSettingsError) {
    let shown = try TLSFiles.pair(certificate: settings.certificate, key: settings.key)
    var tls = TLSConfiguration.makeServerConfiguration(
      certificateChain: shown.chain.map { .certificate($0) },
      privateKey: .privateKey(shown.key)
    )
    tls.minimumTLSVersion = .tlsv12
    tls.shutdownTimeout = .seconds(2)
    if let path = settings.clientTrustAnchors {
      tls.trustRoots = .certificates(try TLSFiles.certificates(path, for: .trustAnchors))
      tls.certificateVerification = .noHostnameVerification
    }
    context = try TLSFiles.context(tls)
  }
}
