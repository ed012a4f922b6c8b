/// Which challenge of a realm is answered, and with which credential.
///
/// Credentials for exactly that realm come before those for any realm. Within them the topmost challenge
/// that one of them may answer counts (RFC 8760, 2.4); where that credential lists its algorithms, the order
/// of its list decides among the challenges.
enum CredentialSelection: Equatable {
  case answer(challenge: Int, credential: Int)
  /// There are credentials for the realm, but none may answer with an algorithm that is offered.
  case notAllowed
  /// There is a challenge that could be answered, and no credential for its realm.
  case noCredential
  /// The realm is offered only with algorithms or qop values that we do not have.
  case unusable

  /// Decides for the realm of `challenges[first]`; challenges of other realms are passed over.
  init(realmOf first: Challenge, among challenges: [ParsedChallenge], credentials: [Credential]) {
    let offers = challenges.indices.filter { index in
      guard case .digest(let challenge) = challenges[index] else { return false }
      return challenge.isAnswerable && challenge.hasSameRealm(as: first)
    }
    guard !offers.isEmpty else {
      self = .unusable
      return
    }
    var hasCredential = false
    for isExact in [true, false] {
      let candidates = credentials.indices.filter { index in
        credentials[index].realm.map { isExact && first.realmIs($0) } ?? !isExact
      }
      hasCredential = hasCredential || !candidates.isEmpty
      for offer in offers {
        guard
          let credential = candidates.first(where: { challenges[offer].mayBeAnswered(by: credentials[$0]) })
        else { continue }
        let preferred = CredentialSelection.preferred(
          among: offers,
          of: challenges,
          by: credentials[credential]
        )
        self = .answer(challenge: preferred ?? offer, credential: credential)
        return
      }
    }
    self = hasCredential ? .notAllowed : .noCredential
  }

  private static func preferred(
    among offers: [Int],
    of challenges: [ParsedChallenge],
    by credential: Credential
  ) -> Int? {
    for algorithm in credential.algorithms {
      let match = offers.first { offer in
        guard case .digest(let challenge) = challenges[offer] else { return false }
        return challenge.algorithm == algorithm && challenges[offer].mayBeAnswered(by: credential)
      }
      if let match { return match }
    }
    return nil
  }
}

extension ParsedChallenge {
  fileprivate func mayBeAnswered(by credential: Credential) -> Bool {
    guard case .digest(let challenge) = self, let algorithm = challenge.algorithm else { return false }
    return credential.mayAnswer(algorithm)
  }
}

extension Credential {
  /// False for an algorithm that the credential excludes, for an HA1 of another hash, and for a user name
  /// that would break the header line.
  fileprivate func mayAnswer(_ algorithm: DigestAlgorithm) -> Bool {
    guard algorithms.isEmpty || algorithms.contains(algorithm) else { return false }
    guard username.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else { return false }
    switch proof {
    case .password: return true
    case .ha1(let digits, let own):
      return own.hash == algorithm.hash && digits.withBytes { HashValue(hex: $0, of: own.hash) } != nil
    }
  }
}
