import SIP
import Testing

@testable import SIPTransport

@Suite struct CertificateIdentityTests {
  private func identity(
    uris: [String] = [],
    dns: [String] = [],
    cn: String? = nil,
    addresses: [String] = []
  ) -> CertificateIdentity {
    var identity = CertificateIdentity()
    identity.sipDomains = uris
    identity.dnsNames = dns
    identity.commonName = cn
    identity.addresses = addresses.compactMap { Host($0) }
    identity.hasAlternativeNames = !(uris + dns + addresses).isEmpty
    return identity
  }

  private func verdict(
    _ identity: CertificateIdentity,
    _ domain: String,
    rule: CertificateIdentity.Rule = .sip,
    wildcard: Bool = false
  ) -> CertificateIdentity.Verdict {
    identity.verdict(for: Host(domain)!, rule: rule, allowsWildcard: wildcard)
  }

  @Test("TLS-04 where a certificate has a SIP domain as URI, its DNS names do not count")
  func uriBeforeDNS() {
    let both = identity(uris: ["example.com"], dns: ["example.org"])
    #expect(verdict(both, "example.com") == .match)
    #expect(verdict(both, "example.org") == .mismatch)
    #expect(verdict(both, "example.org", rule: .web) == .match)
    #expect(verdict(both, "example.com", rule: .web) == .mismatch)
  }

  @Test("TLS-05 a common name counts only where there is no other name")
  func commonName() {
    #expect(verdict(identity(cn: "example.com"), "example.com") == .match)
    #expect(verdict(identity(dns: ["example.org"], cn: "example.com"), "example.com") == .mismatch)
    #expect(verdict(identity(cn: "example.com"), "example.com", rule: .web) == .mismatch)
  }

  @Test("TLS-06 DEC-13 a wildcard is seen, and counts only where it is allowed")
  func wildcards() {
    let star = identity(dns: ["*.example.com"])
    #expect(verdict(star, "sip.example.com") == .wildcard("*.example.com"))
    #expect(verdict(star, "sip.example.com", wildcard: true) == .match)
    #expect(verdict(star, "sip.example.com", rule: .web) == .match)
    for name in ["example.com", "a.sip.example.com", "sip.example.org", "xexample.com"] {
      #expect(verdict(star, name, wildcard: true) == .mismatch, "\(name)")
    }
    for pattern in ["*.com", "s*.example.com", "*", "*.*.com", "sip.*.com"] {
      #expect(verdict(identity(dns: [pattern]), "sip.example.com", wildcard: true) == .mismatch, "\(pattern)")
    }
  }

  @Test("TLS-07 names compare whole and without regard to case")
  func wholeNames() {
    let name = identity(dns: ["Example.com"])
    #expect(verdict(name, "EXAMPLE.COM") == .match)
    #expect(verdict(name, "example.com.") == .match)
    #expect(verdict(name, "foo.example.com") == .mismatch)
    #expect(verdict(name, "ample.com") == .mismatch)
    #expect(verdict(identity(dns: ["xn--bcher-kva.example"]), "xn--bcher-kva.example") == .match)
  }

  @Test("TLS-08 an address needs the same address in the certificate")
  func addresses() {
    let one = identity(dns: ["192.0.2.1"], addresses: ["192.0.2.2", "[2001:db8::1]"])
    #expect(verdict(one, "192.0.2.1") == .mismatch)
    #expect(verdict(one, "192.0.2.2") == .match)
    #expect(verdict(one, "[2001:DB8:0::1]") == .match)
  }

  @Test func theNamesThatCountAreShown() {
    #expect(identity(uris: ["a"], dns: ["b"]).words(.sip) == "a")
    #expect(identity(dns: ["b", "c"], addresses: ["192.0.2.2"]).words(.sip) == "b, c, 192.0.2.2")
    #expect(identity().words(.sip) == "nobody in particular: it has no name that counts")
    let many = identity(dns: (1...7).map { "n\($0)" })
    #expect(many.words(.sip) == "n1, n2, n3, n4, n5 and 2 more")
  }
}
