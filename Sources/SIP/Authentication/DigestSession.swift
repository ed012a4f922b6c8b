/// One nonce that we answer with: the challenge it came in, and what was made for it.
///
/// A new nonce begins a new session: nc starts again, and a cnonce is made with its first answer.
struct DigestSession: Sendable {
  /// Where the nonce stands in the attempt under way.
  enum Use: UInt8, Sendable {
    /// Learnt in an earlier attempt, not sent in this one.
    case remembered
    /// Sent in this attempt, but it may have grown old, or a proxy has accepted it already.
    case sentOld
    /// Learnt in this attempt, not sent yet.
    case learnt
    /// Learnt and sent in this attempt: if it is refused, the credential is wrong.
    case sentFresh
  }

  private(set) var challenge: Challenge
  let role: ChallengeRole
  private(set) var credential: UInt16
  private(set) var nonceCount: UInt32 = 0
  private var cnonce: UInt64 = 0
  private var secret: HashValue?
  var use: Use = .learnt

  /// It was answered in the attempt under way.
  var isSent: Bool { use == .sentOld || use == .sentFresh }

  init(challenge: Challenge, role: ChallengeRole, credential: UInt16) {
    self.challenge = challenge
    self.role = role
    self.credential = credential
  }

  /// Takes a newer challenge for the same realm. With the same nonce again, nc goes on: a pair of nonce and
  /// nc is never used twice (RFC 7616, 3.4). H(A1) stays where it does not depend on the nonce.
  mutating func renew(_ newer: Challenge, credential index: UInt16) {
    let sameSecret = newer.algorithm == challenge.algorithm && index == credential
    let sameNonce = newer.hasSameNonce(as: challenge)
    if !sameNonce { nonceCount = 0 }
    if !sameSecret || (!sameNonce && newer.algorithm?.isSession == true) { secret = nil }
    challenge = newer
    credential = index
    use = .learnt
  }

  /// Takes the nonce of an Authentication-Info for the next request.
  mutating func announce(nonce: UnsafeRawBufferPointer) {
    guard let next = challenge.replacingNonce(with: nonce) else { return }
    let use = self.use
    renew(next, credential: credential)
    self.use = use
  }

  /// Appends the header row of one new request, and counts it.
  mutating func append(
    to message: inout [UInt8],
    credential: Credential,
    method: UnsafeRawBufferPointer,
    uri: UnsafeRawBufferPointer,
    using random: inout some RandomNumberGenerator
  ) {
    guard let algorithm = challenge.algorithm, let qop = challenge.qop.answer else { return }
    if nonceCount == 0 { cnonce = random.next() }
    nonceCount += 1
    use = use == .learnt || use == .sentFresh ? .sentFresh : .sentOld
    let secret = keptSecret(algorithm, credential)
    withAnswer(algorithm, qop, secret) { answer in
      let none = UnsafeRawBufferPointer(start: nil, count: 0)
      let response = answer.response(method: method, uri: uri, body: none)
      let row = AuthorizationRow(role: role, username: credential.username, uri: uri, answer: answer)
      row.append(to: &message, challenge: challenge, response: response)
    }
  }

  /// Compares the `rspauth` of an answer to our last request (RFC 7616, 3.5).
  mutating func isAuthentic(
    _ digits: UnsafeRawBufferPointer,
    credential: Credential,
    uri: UnsafeRawBufferPointer,
    body: UnsafeRawBufferPointer
  ) -> Bool {
    guard let algorithm = challenge.algorithm, let qop = challenge.qop.answer else { return false }
    guard let claimed = HashValue(hex: digits, of: algorithm.hash) else { return false }
    let secret = keptSecret(algorithm, credential)
    return withAnswer(algorithm, qop, secret) { answer in
      let none = UnsafeRawBufferPointer(start: nil, count: 0)
      return answer.response(method: none, uri: uri, body: body) == claimed
    }
  }

  /// H(A1), computed once for all answers that it is good for.
  private mutating func keptSecret(_ algorithm: DigestAlgorithm, _ credential: Credential) -> HashValue {
    if let secret { return secret }
    let made = challenge.withParts { parts in
      withCnonce { credential.secret(for: algorithm, parts: parts, cnonce: $0) }
    }
    secret = made
    return made
  }

  /// Runs `body` with the answer for the present nonce and nc.
  private func withAnswer<Result>(
    _ algorithm: DigestAlgorithm,
    _ qop: QualityOfProtection.Answer,
    _ secret: HashValue,
    _ body: (DigestAnswer) -> Result
  ) -> Result {
    challenge.withParts { parts in
      withCnonce { cnonce in
        body(
          DigestAnswer(
            hash: algorithm.hash,
            secret: secret,
            nonce: parts.nonce,
            qop: qop,
            nonceCount: nonceCount,
            cnonce: cnonce
          )
        )
      }
    }
  }

  /// Lends the 64 random bits of the cnonce as 16 hexadecimal digits.
  private func withCnonce<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
    withUnsafeTemporaryAllocation(byteCount: 16, alignment: 1) { scratch in
      scratch.write(hex: cnonce, at: 0)
      return body(UnsafeRawBufferPointer(scratch))
    }
  }
}

extension Credential {
  /// H(A1) for a challenge.
  fileprivate func secret(
    for algorithm: DigestAlgorithm,
    parts: Challenge.Parts,
    cnonce: UnsafeRawBufferPointer
  ) -> HashValue {
    let hash = algorithm.hash
    let secret =
      switch proof {
      case .password(let password):
        DigestAnswer.secret(hash, username: username, realm: parts.realm, password: password)
      case .ha1(let digits, _):
        // The selection let only well-formed digits through, and no token; were it not so, the answer would just be wrong.
        digits.withBytes { HashValue(hex: $0, of: hash) }
          ?? hash.value(of: UnsafeRawBufferPointer(start: nil, count: 0))
      case .token: hash.value(of: UnsafeRawBufferPointer(start: nil, count: 0))
      }
    guard algorithm.isSession else { return secret }
    return DigestAnswer.sessionSecret(hash, secret: secret, nonce: parts.nonce, cnonce: cnonce)
  }
}
