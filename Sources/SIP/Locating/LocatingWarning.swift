/// Something about a domain's records that did not keep its servers from being found.
package enum LocatingWarning: Hashable, Sendable {
  /// Nobody could say; what comes next was asked for instead.
  case passedOver(DNSQuery, DNSFailure)
  /// An answer past its TTL is used, since nobody answers now.
  case stale(DNSQuery, DNSFailure)
  /// The target of a service record is an alias, which RFC 2782 forbids: used after all others.
  case aliasedTarget(String)
  /// The target of a service record has no address: left out.
  case unresolvedTarget(String)
  /// The domain offered SIP over TLS before, and does not now (RFC 3263, 7).
  case secureServiceGone(String)
  /// A server that must not be used: left out.
  case refused(ServerRefusal)
}

extension LocatingWarning: CustomStringConvertible {
  package var description: String {
    switch self {
    case .passedOver(let query, let failure): "\(query): \(failure); went on without it"
    case .stale(let query, let failure): "\(query): \(failure); the last known answer is used"
    case .aliasedTarget(let name): "\(name): a service record points to an alias; it is used last"
    case .unresolvedTarget(let name): "\(name): a service record points to it, and it has no usable address"
    case .secureServiceGone(let domain):
      "\(domain) offered SIP over TLS before and does not now: check that its records were not tampered with"
    case .refused(let refusal): "a server is left out: \(refusal)"
    }
  }
}
