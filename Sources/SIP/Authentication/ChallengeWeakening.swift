/// In which way a challenge asks for less than the same server did before.
package enum ChallengeWeakening: Hashable, Sendable {
  /// Another realm, which no credential names.
  case realm(now: String, before: String)
  /// RFC 8760, 3.
  case algorithm(now: String, before: DigestAlgorithm)
  /// No qop any more (RFC 7616, 5.8).
  case qop
}

extension ChallengeWeakening: CustomStringConvertible {
  package var description: String {
    switch self {
    case .realm(let now, let before):
      "the realm \"\(now)\", where this server had \"\(before)\" before; "
        + "if that is right, write the new realm under `auth`"
    case .algorithm(let now, let before):
      "Digest \(now), where this server had \(before.rawValue) before; "
        + "if that is right, write algorithms: [\(now)] under `auth`"
    case .qop: "Digest without qop, where this server had one before"
    }
  }
}
