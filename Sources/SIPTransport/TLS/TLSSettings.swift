package import SIP

/// What a client trusts over TLS, and what it shows; file paths are as the system takes them.
package struct TLSSettings: Hashable, Sendable {
  /// A PEM file with the trust anchors; nil for the system's.
  package var trustAnchors: String?
  /// A PEM file with our certificate and the chain behind it, for servers that ask.
  package var certificate: String?
  /// A PEM file with the certificate's private key, without a passphrase.
  package var key: String?
  /// Whom the server must prove to be, and be asked for, instead of the configured domain.
  package var serverName: Host?
  /// True takes `*.example.com` for `sip.example.com`, which RFC 5922, 7.2 forbids.
  package var allowsWildcard = false
  /// False believes everybody. To be said loudly wherever it is set.
  package var verifies = true

  package init() {}
}

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
