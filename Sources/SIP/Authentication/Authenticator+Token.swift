// Bearer tokens (RFC 8898). Where an account has one, and the server takes it, no digest is answered.

extension Authenticator {
  /// The token that a server has asked for.
  struct TokenUse: Sendable {
    let role: ChallengeRole
    /// Its place among the credentials.
    let credential: UInt16
    /// It was sent in the attempt under way.
    var isSent = false
  }

  /// Nil where no token answers: the digest challenges are looked at then.
  mutating func receiveForToken(
    _ challenges: [ParsedChallenge],
    _ role: ChallengeRole
  ) -> ChallengeVerdict? {
    guard let (credential, challenge) = tokenAnswer(to: challenges) else { return nil }
    if let use = tokenUse, use.role == role, use.isSent {
      tokenUse = nil
      return .tokenRefused(realm: challenge.realm ?? "", error: challenge.error)
    }
    tokenUse = TokenUse(role: role, credential: UInt16(clamping: credential))
    return .retry
  }

  private func tokenAnswer(to challenges: [ParsedChallenge]) -> (Int, BearerChallenge)? {
    for (index, credential) in credentials.enumerated() {
      guard let token = credential.token, token.isWellFormed else { continue }
      for case .bearer(let challenge) in challenges where token.trusts(challenge) {
        if credential.realm == nil || credential.realm == challenge.realm { return (index, challenge) }
      }
    }
    return nil
  }

  mutating func appendToken(to message: inout [UInt8]) {
    guard let use = tokenUse, let token = credentials[Int(use.credential)].token else { return }
    message.append(literal: use.role == .registrar ? "Authorization" : "Proxy-Authorization")
    message.append(literal: ": Bearer ")
    token.secret.withBytes { message.append(contentsOf: $0) }
    message.append(literal: "\r\n")
    tokenUse?.isSent = true
  }

  package func hasToken(_ token: BearerToken) -> Bool {
    credentials.contains { $0.token?.secret == token.secret }
  }

  /// Takes a token in place of those there were.
  package mutating func replaceToken(_ credential: Credential) {
    replaceCredentials(credentials.filter { $0.token == nil } + [credential])
  }
}
