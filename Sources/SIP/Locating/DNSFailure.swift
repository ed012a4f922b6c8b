/// Why nobody could say whether a name has records.
package enum DNSFailure: Hashable, Sendable, CaseIterable {
  /// SERVFAIL, and NOTIMP.
  case serverFailed
  /// REFUSED.
  case refused
  case timedOut
  /// The network did not carry the query: there is no name server, or none at that address.
  case unreachable
  /// The answer is not one (FORMERR), contradicts itself, or goes round in circles.
  case malformed
  /// The name cannot be asked for: a label is empty or too long.
  case badName
  /// The resolver was closed.
  case stopped
}

extension DNSFailure: CustomStringConvertible {
  package var description: String {
    switch self {
    case .serverFailed: "the name server failed (SERVFAIL)"
    case .refused: "the name server refuses to answer (REFUSED)"
    case .timedOut: "no name server answered in time"
    case .unreachable: "no name server can be reached"
    case .malformed: "the name server's answer cannot be used"
    case .badName: "the name cannot be looked up: a label is empty, or longer than 63 characters"
    case .stopped: "the resolver has stopped"
    }
  }
}
