import SIP
import SwiftASN1
import X509

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
