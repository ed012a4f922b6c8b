/// Why no server of a destination was found.
package enum LocatingFailure: Hashable, Sendable {
  /// NXDOMAIN.
  case noSuchName(String)
  /// NODATA: the name exists and has no address of a family in use.
  case noAddress(String)
  case noAnswer(DNSQuery, DNSFailure)
  /// A service record with the target `.` (RFC 2782).
  case notOffered(domain: String, Transport)
  /// The domain, or the declared transport, wants what is not spoken here.
  case noCommonTransport(domain: String, offered: [String])
  /// There are servers, and none of them may be used.
  case refused(ServerRefusal)
}

extension LocatingFailure: CustomStringConvertible {
  package var description: String {
    switch self {
    case .noSuchName(let name): "\(name): no such name (NXDOMAIN)"
    case .noAddress(let name): "\(name): the name has no address (no A or AAAA record)"
    case .noAnswer(let query, let failure): "\(query): \(failure)"
    case .notOffered(let domain, let transport):
      "\(domain) does not offer SIP over \(transport.viaName): service not available (its SRV target is `.`)"
    case .noCommonTransport(let domain, let offered):
      "\(domain) offers SIP over \(offered.joined(separator: ", ")) only, which is not spoken here"
    case .refused(let refusal): "refused: \(refusal)"
    }
  }
}
