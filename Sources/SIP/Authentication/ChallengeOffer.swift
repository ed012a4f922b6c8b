/// Words about what a server offered, for people.
enum ChallengeOffer {
  /// One line, such as `Basic, Digest AKAv1-MD5`.
  static func describe(_ challenges: [ParsedChallenge]) -> String {
    guard !challenges.isEmpty else { return "no challenge" }
    return challenges.map { describe($0) }.joined(separator: ", ")
  }

  private static func describe(_ parsed: ParsedChallenge) -> String {
    switch parsed {
    case .otherScheme(let name): return name
    case .bearer(let challenge):
      return challenge.authzServer.map { "Bearer with a token of \($0)" } ?? "Bearer"
    case .malformed: return "a challenge that cannot be read"
    case .refused(let weakening): return "\(weakening)"
    case .digest(let challenge):
      let name = "Digest \(challenge.algorithmText ?? "MD5")"
      if challenge.qop.answer == nil { return "\(name) with an unknown qop" }
      if challenge.algorithm?.isSession == true, challenge.qop.isEmpty { return "\(name) without qop" }
      if challenge.algorithm == nil { return name }
      return "\(name), which no credential for the realm \"\(challenge.realm)\" allows"
    }
  }

  /// The algorithms offered for a realm that we have, in the order of the rows.
  static func algorithms(of challenges: [ParsedChallenge], realmOf first: Challenge) -> [DigestAlgorithm] {
    challenges.compactMap { parsed in
      guard case .digest(let challenge) = parsed, challenge.isAnswerable, challenge.hasSameRealm(as: first)
      else { return nil }
      return challenge.algorithm
    }
  }
}
