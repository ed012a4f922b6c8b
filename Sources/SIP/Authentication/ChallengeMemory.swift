/// What servers asked for before, so that none asks for less unseen: trust on first use.
///
/// It is kept for each server and domain, for one server may have many tenants, and the servers of one domain may
/// differ. Over UDP and TCP a first use proves little: whoever is on the way may have been there from the start.
package struct ChallengeMemory: Sendable {
  private struct Place: Hashable {
    var server: String
    var domain: String
  }

  private var known: [Place: ServerChallenge] = [:]

  package init(_ known: [ServerChallenge] = []) {
    for challenge in known {
      self.known[Place(server: challenge.server, domain: challenge.domain)] = challenge
    }
  }

  /// The challenges that may be answered in the places of those that came, and what is weak about them.
  ///
  /// A realm that a credential names, and an algorithm that one lists, are meant: they are no weakening.
  package func screen(
    _ challenges: [ParsedChallenge],
    from server: String,
    domain: String,
    credentials: [Credential],
    refuses: Bool
  ) -> (challenges: [ParsedChallenge], weakening: ChallengeWeakening?) {
    guard let before = known[Place(server: server, domain: domain)] else { return (challenges, nil) }
    var screened = challenges
    var weakening: ChallengeWeakening?
    for (index, parsed) in challenges.enumerated() {
      guard case .digest(let challenge) = parsed, !challenge.realmIs(before.realm),
        !ChallengeMemory.isNamed(challenge, by: credentials)
      else { continue }
      let other = ChallengeWeakening.realm(now: challenge.realm, before: before.realm)
      weakening = weakening ?? other
      screened[index] = .refused(other)
    }
    guard let weaker = ChallengeMemory.weakness(of: screened, before, credentials) else {
      return (screened, weakening)
    }
    if refuses {
      for (index, parsed) in screened.enumerated() {
        if case .digest(let challenge) = parsed, challenge.realmIs(before.realm) {
          screened[index] = .refused(weaker)
        }
      }
    }
    return (screened, weakening ?? weaker)
  }

  private static func isNamed(_ challenge: Challenge, by credentials: [Credential]) -> Bool {
    credentials.contains { $0.realm.map(challenge.realmIs) ?? false }
  }

  /// What all challenges of the known realm together lack.
  private static func weakness(
    of challenges: [ParsedChallenge],
    _ before: ServerChallenge,
    _ credentials: [Credential]
  ) -> ChallengeWeakening? {
    let offered = challenges.compactMap { parsed -> Challenge? in
      guard case .digest(let challenge) = parsed, challenge.isAnswerable, challenge.realmIs(before.realm)
      else { return nil }
      return challenge
    }
    guard let first = offered.first, let algorithm = first.algorithm else { return nil }
    if before.algorithm.hash != .md5, offered.allSatisfy({ $0.algorithm?.hash == .md5 }),
      !credentials.contains(where: { $0.algorithms.contains(algorithm) })
    {
      return .algorithm(now: algorithm.rawValue, before: before.algorithm)
    }
    return before.hasQOP && offered.allSatisfy(\.qop.isEmpty) ? .qop : nil
  }

  /// Notes a challenge whose answer was accepted; what is new is returned, to be kept.
  ///
  /// What is known only grows stronger, but for a realm that a credential names.
  package mutating func accept(
    _ challenge: Challenge,
    from server: String,
    domain: String
  ) -> ServerChallenge? {
    guard let algorithm = challenge.algorithm else { return nil }
    let place = Place(server: server, domain: domain)
    var new = ServerChallenge(
      server: server,
      domain: domain,
      realm: challenge.realm,
      algorithm: algorithm,
      hasQOP: !challenge.qop.isEmpty
    )
    if let before = known[place], before.realm == new.realm {
      if before.algorithm.hash != .md5, algorithm.hash == .md5 { new.algorithm = before.algorithm }
      new.hasQOP = new.hasQOP || before.hasQOP
      if new == before { return nil }
    }
    known[place] = new
    return new
  }
}
