/// All authentication state of one account: it answers challenges, and reuses nonces.
///
/// An attempt is one registration, refresh or removal with all its rounds. Within it at most four challenges
/// are answered, and a credential that was refused for a nonce of the same attempt is not sent again
/// (RFC 3261, 22.1), so that nobody is locked out.
package struct Authenticator: Sendable {
  /// A 407, a 401 and two stale nonces.
  private static let maxRounds: UInt8 = 4

  package private(set) var credentials: [Credential]
  // Nearly every account has one session; the array for more costs nothing while it is empty.
  private var session: DigestSession?
  private var others: [DigestSession] = []
  private var rounds: UInt8 = 0
  /// Nil until a server has asked for a token.
  var tokenUse: TokenUse?

  package init(credentials: [Credential]) { self.credentials = credentials }

  /// Takes new credentials, and drops the nonces that were answered with the old ones.
  package mutating func replaceCredentials(_ credentials: [Credential]) {
    self.credentials = credentials
    forgetNonces()
  }

  /// Drops the nonces: another server is asked from now on, and nonces are often known to one only.
  package mutating func forgetNonces() {
    session = nil
    others = []
    tokenUse = nil
  }

  package mutating func beginAttempt() {
    rounds = 0
    tokenUse?.isSent = false
    updateSessions { $0.use = .remembered }
  }

  /// The attempt ended well: its nonces are proved, and may be sent with the next request at once.
  package mutating func attemptSucceeded() { beginAttempt() }

  /// Takes the challenges of one 401 or 407, in the order of their rows.
  package mutating func receive(_ challenges: [ParsedChallenge], from role: ChallengeRole) -> ChallengeVerdict
  {
    rounds += 1
    guard rounds <= Authenticator.maxRounds else {
      rounds = Authenticator.maxRounds
      forgetNonces()
      return .tooManyRounds
    }
    proveProxies(against: challenges, role)
    if let verdict = receiveForToken(challenges, role) { return verdict }
    var missing: ChallengeVerdict?
    var refused: Challenge?
    var answers: [(challenge: Challenge, credential: UInt16)] = []
    for (first, selection) in Selections(challenges, credentials) {
      switch selection {
      case .answer(let index, let credential):
        guard case .digest(let challenge) = challenges[index] else { continue }
        if isRefused(challenge, role) { refused = refused ?? challenge }
        answers.append((challenge, UInt16(clamping: credential)))
      case .noCredential:
        let algorithms = ChallengeOffer.algorithms(of: challenges, realmOf: first)
        missing = missing ?? .noCredential(realm: first.realm, algorithms: algorithms)
      case .notAllowed, .unusable: continue
      }
    }
    if let refused {
      removeSessions { $0.role == role && $0.challenge.hasSameRealm(as: refused) }
      return missing ?? .rejected(realm: refused.realm)
    }
    for (challenge, credential) in answers { remember(challenge, role, credential) }
    return answers.isEmpty ? missing ?? .unusable(ChallengeOffer.describe(challenges)) : .retry
  }

  /// True if the request on its way, or an earlier one of the attempt, answers a challenge.
  package var hasAnswered: Bool {
    tokenUse?.isSent == true || session.map(\.isSent) ?? false || others.contains(where: \.isSent)
  }

  /// The registrar's challenge that the attempt has answered last; nil where it has answered none.
  package var answeredChallenge: Challenge? {
    let isAnswered = { (session: DigestSession) in session.role == .registrar && session.isSent }
    if let session, isAnswered(session) { return session.challenge }
    return others.first(where: isAnswered)?.challenge
  }

  /// Appends an `Authorization` or `Proxy-Authorization` row, with its line end, for each nonce that is known;
  /// nothing where none is. To be called once for each new request, and never for a retransmission, since it
  /// counts nc.
  package mutating func appendAuthorization(
    to message: inout [UInt8],
    method: StaticString,
    uri: some Collection<UInt8>,
    using random: inout some RandomNumberGenerator
  ) {
    appendToken(to: &message)
    guard session != nil else { return }
    dropExhausted()
    let credentials = self.credentials
    let method = UnsafeRawBufferPointer(start: method.utf8Start, count: method.utf8CodeUnitCount)
    uri.withBytes { uri in
      updateSessions { session in
        let credential = credentials[Int(session.credential)]
        session.append(to: &message, credential: credential, method: method, uri: uri, using: &random)
      }
    }
  }

  /// Takes an `Authentication-Info` or `Proxy-Authentication-Info` of a 2xx (RFC 7616, 3.5): a `nextnonce` is
  /// used from the next request on. Returns false where `rspauth` shows that the server does not know our
  /// password; the nonce is dropped then. `uri` is the Request-URI that was answered.
  package mutating func receiveAuthenticationInfo(
    _ value: UnsafeRawBufferPointer,
    from role: ChallengeRole = .registrar,
    uri: some Collection<UInt8>,
    body: UnsafeRawBufferPointer = UnsafeRawBufferPointer(start: nil, count: 0)
  ) -> Bool {
    let credentials = self.credentials
    let info = AuthenticationInfo(value)
    // With several realms it does not say whose it is.
    guard sessionCount(of: role) == 1 else { return true }
    var isAuthentic = true
    uri.withBytes { uri in
      updateSessions { session in
        guard session.role == role, session.nonceCount > 0 else { return }
        if let proof = info.responseProof {
          let credential = credentials[Int(session.credential)]
          isAuthentic = session.isAuthentic(proof, credential: credential, uri: uri, body: body)
        }
        if let nonce = info.nextNonce { session.announce(nonce: nonce) }
      }
    }
    if !isAuthentic { removeSessions { $0.role == role } }
    return isAuthentic
  }

  /// The realms that the credentials are for, for messages.
  package var configuredRealms: [String] { credentials.compactMap(\.realm) }
}

// MARK: - Challenges

extension Authenticator {
  /// A proxy that does not challenge again has accepted our answer, whatever came next.
  private mutating func proveProxies(against challenges: [ParsedChallenge], _ role: ChallengeRole) {
    updateSessions { session in
      guard session.role == .proxy, session.use == .sentFresh else { return }
      let isChallenged =
        role == .proxy
        && challenges.contains { parsed in
          guard case .digest(let challenge) = parsed else { return false }
          return challenge.hasSameRealm(as: session.challenge)
        }
      if !isChallenged { session.use = .sentOld }
    }
  }

  /// True where the answer to a nonce of this attempt is challenged again, and not because it is stale.
  private func isRefused(_ challenge: Challenge, _ role: ChallengeRole) -> Bool {
    guard !challenge.isStale else { return false }
    let isSame = { (session: DigestSession) in
      session.role == role && session.use == .sentFresh && session.challenge.hasSameRealm(as: challenge)
    }
    return session.map(isSame) ?? false || others.contains(where: isSame)
  }

  private mutating func remember(_ challenge: Challenge, _ role: ChallengeRole, _ credential: UInt16) {
    var isKnown = false
    updateSessions { session in
      guard session.role == role, session.challenge.hasSameRealm(as: challenge) else { return }
      session.renew(challenge, credential: credential)
      isKnown = true
    }
    guard !isKnown else { return }
    let new = DigestSession(challenge: challenge, role: role, credential: credential)
    if session == nil { session = new } else { others.append(new) }
  }
}

// MARK: - Sessions

extension Authenticator {
  private mutating func updateSessions(_ body: (inout DigestSession) -> Void) {
    guard session != nil else { return }
    body(&session!)
    for index in others.indices { body(&others[index]) }
  }

  private mutating func removeSessions(where matches: (DigestSession) -> Bool) {
    others.removeAll(where: matches)
    guard let first = session, matches(first) else { return }
    session = others.isEmpty ? nil : others.removeFirst()
  }

  private func sessionCount(of role: ChallengeRole) -> Int {
    (session?.role == role ? 1 : 0) + others.count { $0.role == role }
  }

  /// After 2^32 - 1 requests a nonce has no nc left: the server gives another one.
  private mutating func dropExhausted() {
    removeSessions { $0.nonceCount == .max }
  }
}

extension Collection<UInt8> {
  fileprivate func withBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
    withContiguousStorageIfAvailable { body(UnsafeRawBufferPointer($0)) }
      ?? Array(self).withUnsafeBytes(body)
  }
}
