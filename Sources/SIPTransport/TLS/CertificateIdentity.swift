package import SIP

/// Who a certificate says its owner is, and whether that is the domain that was asked for (RFC 5922, 7).
package struct CertificateIdentity: Hashable, Sendable {
  /// How identities are compared.
  package enum Rule: Hashable, Sendable {
    /// SIP over TLS: RFC 5922.
    case sip
    /// SIP over secure WebSocket, which is HTTPS first: RFC 9525, whose wildcards are allowed.
    case web
  }

  package enum Verdict: Hashable, Sendable {
    case match
    /// Only a wildcard matches, and none is allowed.
    case wildcard(String)
    case mismatch
  }

  /// Hosts of subjectAltName URIs `sip:host` without a user part; a URI with one names a person.
  package var sipDomains: [String] = []
  package var dnsNames: [String] = []
  /// Addresses of subjectAltName.
  package var addresses: [Host] = []
  /// The subject's common name.
  package var commonName: String?
  /// True if there is any subjectAltName; then the common name does not count.
  package var hasAlternativeNames = false

  package init() {}

  /// The names that count: URIs before DNS names before the common name.
  package func names(_ rule: Rule) -> [String] {
    switch rule {
    case .sip where !sipDomains.isEmpty: sipDomains
    case .sip where !hasAlternativeNames: commonName.map { [$0] } ?? []
    case .sip, .web: dnsNames
    }
  }

  package func verdict(for domain: Host, rule: Rule, allowsWildcard: Bool = false) -> Verdict {
    guard case .name(let name) = domain else { return addresses.contains(domain) ? .match : .mismatch }
    let wanted = CertificateIdentity.folded(name)
    let offered = names(rule)
    if offered.contains(where: { CertificateIdentity.folded($0) == wanted }) { return .match }
    let wildcard = offered.first {
      CertificateIdentity.isWildcard(CertificateIdentity.folded($0), for: wanted)
    }
    guard let wildcard else { return .mismatch }
    return allowsWildcard || rule == .web ? .match : .wildcard(wildcard)
  }

  /// All that the certificate says, for a message.
  package func words(_ rule: Rule) -> String {
    let all = names(rule) + addresses.map(\.description)
    guard !all.isEmpty else { return "nobody in particular: it has no name that counts" }
    let shown = all.prefix(5).joined(separator: ", ")
    return all.count > 5 ? "\(shown) and \(all.count - 5) more" : shown
  }

  /// Names compare without regard to case, and to the dot that may end one.
  private static func folded(_ name: String) -> String {
    let name = name.lowercased()
    return name.hasSuffix(".") ? String(name.dropLast()) : name
  }

  /// `*` stands for the whole first label and nothing else, below at least two more.
  private static func isWildcard(_ pattern: String, for name: String) -> Bool {
    guard pattern.hasPrefix("*."), let dot = name.firstIndex(of: "."), dot != name.startIndex else {
      return false
    }
    let rest = pattern.dropFirst(2)
    return rest.contains(".") && !rest.contains("*") && name[name.index(after: dot)...] == rest
  }
}

extension Transport {
  var identityRule: CertificateIdentity.Rule { self == .wss ? .web : .sip }
}
