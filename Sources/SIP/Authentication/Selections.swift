/// The realms of an answer's challenges in the order of their rows, each with what is to be done about it.
struct Selections: Sequence, IteratorProtocol {
  private let challenges: [ParsedChallenge]
  private let credentials: [Credential]
  private var index = 0

  init(_ challenges: [ParsedChallenge], _ credentials: [Credential]) {
    self.challenges = challenges
    self.credentials = credentials
  }

  mutating func next() -> (realm: Challenge, selection: CredentialSelection)? {
    while index < challenges.count {
      defer { index += 1 }
      guard case .digest(let challenge) = challenges[index], !isRepeated(challenge) else { continue }
      return (
        challenge, CredentialSelection(realmOf: challenge, among: challenges, credentials: credentials)
      )
    }
    return nil
  }

  private func isRepeated(_ challenge: Challenge) -> Bool {
    challenges[..<index].contains { earlier in
      guard case .digest(let other) = earlier else { return false }
      return other.hasSameRealm(as: challenge)
    }
  }
}
