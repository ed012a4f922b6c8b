/// What a server shows over TLS.
package struct TLSServerSettings: Hashable, Sendable {
  /// A PEM file with the certificate and the chain behind it.
  package var certificate: String
  /// A PEM file with its private key, without a passphrase.
  package var key: String
  /// A PEM file with the anchors that every client must have a certificate of; nil asks nobody for one.
  package var clientTrustAnchors: String?

  package init(certificate: String, key: String) {
    self.certificate = certificate
    self.key = key
  }
}
