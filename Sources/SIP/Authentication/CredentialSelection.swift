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

  /// Decides for the realm of `first`; challenges of other realms are passed over.
  init(realmOf first: Challenge, among challenges: [ParsedChallenge], credentials: [Credential]) {
    var isOffered = false
    var hasCredential = false
    for isExact in [true, false] {
      for index in challenges.indices {
        guard let offer = challenges[index].offer(for: first) else { continue }
        isOffered = true
        for (number, credential) in credentials.enumerated() where credential.token == nil {
          guard credential.isFor(first, exactly: isExact) else { continue }
          hasCredential = true
          guard credential.mayAnswer(offer) else { continue }
          let preferred = credential.preferred(among: challenges, realmOf: first)
          self = .answer(challenge: preferred ?? index, credential: number)
          return
        }
      }
    }
    self = !isOffered ? .unusable : hasCredential ? .notAllowed : .noCredential
  }
}

extension ParsedChallenge {
  /// The algorithm, if this can be answered and is for the same realm.
  fileprivate func offer(for first: Challenge) -> DigestAlgorithm? {
    guard case .digest(let challenge) = self, challenge.isAnswerable, challenge.hasSameRealm(as: first) else {
      return nil
    }
    return challenge.algorithm
  }
}

extension Credential {
  fileprivate func isFor(_ challenge: Challenge, exactly: Bool) -> Bool {
    guard let realm else { return !exactly }
    return exactly && challenge.realmIs(realm)
  }

  /// The challenge that the credential's own list puts first; nil where it has no list.
  fileprivate func preferred(among challenges: [ParsedChallenge], realmOf first: Challenge) -> Int? {
    for algorithm in algorithms where mayAnswer(algorithm) {
      let match = challenges.firstIndex { $0.offer(for: first) == algorithm }
      if let match { return match }
    }
    return nil
  }

  /// False for an algorithm that the credential excludes, for an HA1 of another hash, and for a user name
  /// that would break the header line.
  fileprivate func mayAnswer(_ algorithm: DigestAlgorithm) -> Bool {
    guard algorithms.isEmpty || algorithms.contains(algorithm) else { return false }
    guard username.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else { return false }
    switch proof {
    case .password: return true
    case .ha1(let digits, let own):
      return own.hash == algorithm.hash && digits.withBytes { HashValue(hex: $0, of: own.hash) } != nil
    case .token: return false
    }
  }
}
