import NIOCore
import NIOSSL

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
