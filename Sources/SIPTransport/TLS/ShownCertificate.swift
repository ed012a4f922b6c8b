import NIOSSL

/// What a peer showed of itself over TLS, believed or not: for people who look into a connection.
package struct ShownCertificate: Hashable, Sendable {
  package var identity: CertificateIdentity
  /// As its own words say; an authority's distinguished name.
  package var issuer: String
  /// The last second of its validity, in seconds since 1970.
  package var validUntil: Int64
  /// Such as `TLS 1.3`; nil before both sides have agreed.
  package var protocolVersion: String?

  package init(
    identity: CertificateIdentity,
    issuer: String,
    validUntil: Int64,
    protocolVersion: String? = nil
  ) {
    self.identity = identity
    self.issuer = issuer
    self.validUntil = validUntil
    self.protocolVersion = protocolVersion
  }

  init(_ certificate: PeerCertificate, over version: TLSVersion?) {
    self.init(
      identity: certificate.identity,
      issuer: certificate.issuer,
      validUntil: Int64(certificate.notAfter),
      protocolVersion: version.map(ShownCertificate.name)
    )
  }

  private static func name(_ version: TLSVersion) -> String {
    switch version {
    case .tlsv1: "TLS 1.0"
    case .tlsv11: "TLS 1.1"
    case .tlsv12: "TLS 1.2"
    case .tlsv13: "TLS 1.3"
    }
  }
}
