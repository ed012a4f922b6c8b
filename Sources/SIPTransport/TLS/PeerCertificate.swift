import NIOSSL
import SIP
import SwiftASN1
import X509

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The certificate that a peer showed, as far as it matters to us.
struct PeerCertificate {
  let identity: CertificateIdentity
  let notBefore: time_t
  let notAfter: time_t
  /// True if it may be a TLS server's, which it may where nothing is said of its use.
  let isForServers: Bool
  let issuer: String
  let isSelfSigned: Bool

  init(_ certificate: NIOSSLCertificate) throws {
    let parsed = try Certificate(derEncoded: certificate.toDERBytes())
    notBefore = certificate.notValidBefore
    notAfter = certificate.notValidAfter
    let usage = try parsed.extensions.extendedKeyUsage
    isForServers = usage.map { $0.contains(.serverAuth) || $0.contains(.any) } ?? true
    issuer = String(describing: parsed.issuer)
    isSelfSigned = parsed.issuer == parsed.subject
    identity = try CertificateIdentity(parsed)
  }

  /// What makes a chain with this certificate untrusted, as far as the certificate itself tells.
  func fault(at now: time_t, anchors: String?) -> String {
    if now > notAfter {
      return "expired on \(PeerCertificate.day(notAfter)); the server's operator must renew it"
    }
    if now < notBefore {
      return "is not valid before \(PeerCertificate.day(notBefore)); is this machine's clock right?"
    }
    if !isForServers { return "is not made for TLS servers (extended key usage)" }
    let place = anchors.map { "the trust anchors in \($0)" } ?? "the system's trust anchors"
    let option = "name its authority's certificate with tls: { ca: FILE }"
    return isSelfSigned
      ? "is signed by itself and is not among \(place); \(option)"
      : "was issued by \(issuer), and no valid chain leads from there to \(place); \(option)"
  }

  private static func day(_ moment: time_t) -> String {
    var moment = moment
    var parts = tm()
    guard gmtime_r(&moment, &parts) != nil else { return "a day out of range" }
    let two = { (number: Int32) in number < 10 ? "0\(number)" : "\(number)" }
    return "\(parts.tm_year + 1900)-\(two(parts.tm_mon + 1))-\(two(parts.tm_mday))"
  }
}

extension CertificateIdentity {
  init(_ certificate: Certificate) throws {
    self.init()
    for relative in certificate.subject {
      for attribute in relative where attribute.type == .RDNAttributeType.commonName {
        commonName = String(describing: attribute.value)
      }
    }
    guard let names = try certificate.extensions.subjectAlternativeNames else { return }
    hasAlternativeNames = true
    for name in names {
      switch name {
      case .dnsName(let name): dnsNames.append(name)
      case .uniformResourceIdentifier(let uri): add(uri)
      case .ipAddress(let octets): add(octets.bytes)
      case .otherName, .rfc822Name, .x400Address, .directoryName, .ediPartyName, .registeredID: break
      @unknown default: break
      }
    }
  }

  private mutating func add(_ uri: String) {
    guard uri.lowercased().hasPrefix("sip:") else { return }
    do {
      let uri = try SIPURI(parsing: uri)
      if uri.user == nil { sipDomains.append(uri.host.description) }
    } catch {
      // A URI that is none names nobody.
    }
  }

  private mutating func add(_ octets: ArraySlice<UInt8>) {
    if octets.count == 4 {
      addresses.append(.ipv4(IPv4Address(value: octets.reduce(0) { $0 << 8 | UInt32($1) })))
    } else if octets.count == 16 {
      let high = octets.prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
      let low = octets.suffix(8).reduce(0) { $0 << 8 | UInt64($1) }
      addresses.append(.ipv6(IPv6Address(high: high, low: low)))
    }
  }
}
