import Crypto
import Foundation
import SwiftASN1
import X509

/// A certificate authority that exists for one test: it vouches for whatever a test wants.
public struct PrivateAuthority: Sendable {
  private let certificate: Certificate
  private let key: Certificate.PrivateKey
  /// What stands between the authority and what it issues; in PEM.
  private let chain: String

  public init(_ name: String = "Test authority") throws {
    let key = Certificate.PrivateKey(P256.Signing.PrivateKey())
    let certificate = try PrivateAuthority.make(
      CertificateWish(commonName: name, isAuthority: true),
      for: key.publicKey,
      by: key,
      issuer: nil
    )
    self.init(certificate: certificate, key: key, chain: "")
  }

  private init(certificate: Certificate, key: Certificate.PrivateKey, chain: String) {
    self.certificate = certificate
    self.key = key
    self.chain = chain
  }

  /// The authority's own certificate in PEM: the trust anchor.
  public var pem: String { get throws { try certificate.serializeAsPEM().pemString + "\n" } }

  /// Issues a certificate.
  ///
  /// - Returns: the certificate with the chain to this authority, and its private key, both in PEM.
  public func issue(_ wish: CertificateWish) throws -> (certificate: String, key: String) {
    let key = P256.Signing.PrivateKey()
    let leaf = try make(wish, for: Certificate.PrivateKey(key).publicKey)
    return (try leaf.serializeAsPEM().pemString + "\n" + chain, key.pemRepresentation + "\n")
  }

  /// An authority that this one vouches for, as far as it may be one: `wish.isAuthority`.
  public func intermediate(_ wish: CertificateWish) throws -> PrivateAuthority {
    let key = Certificate.PrivateKey(P256.Signing.PrivateKey())
    let certificate = try make(wish, for: key.publicKey)
    let pem = try certificate.serializeAsPEM().pemString + "\n"
    return PrivateAuthority(certificate: certificate, key: key, chain: pem + chain)
  }

  private func make(_ wish: CertificateWish, for key: Certificate.PublicKey) throws -> Certificate {
    try PrivateAuthority.make(wish, for: key, by: self.key, issuer: certificate.subject)
  }

  private static func make(
    _ wish: CertificateWish,
    for key: Certificate.PublicKey,
    by signer: Certificate.PrivateKey,
    issuer: DistinguishedName?
  ) throws -> Certificate {
    let subject = try DistinguishedName { if let name = wish.commonName { CommonName(name) } }
    let now = Date()
    return try Certificate(
      version: .v3,
      serialNumber: Certificate.SerialNumber(),
      publicKey: key,
      notValidBefore: now + wish.begins,
      notValidAfter: now + wish.ends,
      issuer: issuer ?? subject,
      subject: subject,
      signatureAlgorithm: .ecdsaWithSHA256,
      extensions: try extensions(wish),
      issuerPrivateKey: signer
    )
  }

  private static func extensions(_ wish: CertificateWish) throws -> Certificate.Extensions {
    let names = wish.alternativeNames
    return try Certificate.Extensions {
      if wish.isAuthority {
        Critical(BasicConstraints.isCertificateAuthority(maxPathLength: nil))
        Critical(KeyUsage(keyCertSign: true))
      }
      if !names.isEmpty { SubjectAlternativeNames(names) }
      if let usages = wish.usages { try ExtendedKeyUsage(usages) }
    }
  }
}

extension CertificateWish {
  fileprivate var alternativeNames: [GeneralName] {
    dnsNames.map { .dnsName($0) } + uris.map { .uniformResourceIdentifier($0) }
      + addresses.map { .ipAddress(ASN1OctetString(contentBytes: $0[...])) }
  }

  fileprivate var usages: [ExtendedKeyUsage.Usage]? {
    switch use {
    case .unsaid: nil
    case .server: [.serverAuth]
    case .client: [.clientAuth]
    case .both: [.serverAuth, .clientAuth]
    }
  }
}
