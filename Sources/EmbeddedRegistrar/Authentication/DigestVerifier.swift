import SIP

/// Checks the credentials of a request against the users and the nonces (RFC 7616, 3.4; RFC 8760, 2.6).
struct DigestVerifier {
  enum Verdict {
    case accepted(RegistrarUser)
    /// None, of another realm or scheme, or wrong; which of it is not told.
    case refused
    /// Right, but made for a nonce that is not good any more.
    case stale
  }

  let access: RegistrarAccess
  let realm: String
  let algorithms: [DigestAlgorithm]
  var acceptsAnyURI = false

  /// Checks the rows of a request in turn, and takes the first that is for our realm.
  func verify(_ request: MessageView, nonces: inout NonceStore, at now: Instant) -> Verdict {
    for field in request.index.fields where field.name == .authorization {
      let row = request.head.slice(Int(field.valueRange.lowerBound)..<Int(field.valueRange.upperBound))
      guard let credentials = DigestCredentials(row), credentials.realm.isQuoted(realm) else { continue }
      return verify(credentials, of: request, nonces: &nonces, at: now)
    }
    return .refused
  }

  private func verify(
    _ credentials: DigestCredentials,
    of request: MessageView,
    nonces: inout NonceStore,
    at now: Instant
  ) -> Verdict {
    guard let algorithm = algorithm(credentials), let quality = credentials.quality,
      let count = credentials.count, let method = request.method, let target = request.requestURI,
      acceptsAnyURI || isSame(credentials.uri, target)
    else { return .refused }
    if algorithm.isSession, quality == .none { return .refused }
    let name = credentials.username.unescaped
    let user = user(name)
    let secret = secret(of: user, name, algorithm, credentials, &nonces)
    let expected = DigestAnswer(
      hash: algorithm.hash,
      secret: secret,
      nonce: credentials.nonce,
      qop: quality,
      nonceCount: count,
      cnonce: credentials.cnonce ?? credentials.nonce.slice(0..<0)
    ).response(method: method, uri: credentials.uri, body: request.body)
    guard expected.isSame(credentials.response), let user else { return .refused }
    return nonces.use(credentials.nonce, count: count, at: now) == .fresh ? .accepted(user) : .stale
  }

  private func algorithm(_ credentials: DigestCredentials) -> DigestAlgorithm? {
    guard let name = credentials.algorithm else { return algorithms.contains(.md5) ? .md5 : nil }
    for algorithm in algorithms where name.isEqual(ignoringCase: algorithm.name) { return algorithm }
    return nil
  }

  private func user(_ name: String) -> RegistrarUser? {
    switch access {
    case .anyUser(let password): RegistrarUser(name: name, proof: .password(password))
    case .listed(let users): users[name]
    }
  }

  /// For an unknown user a secret is computed all the same, so that the time tells nothing.
  private func secret(
    of user: RegistrarUser?,
    _ name: String,
    _ algorithm: DigestAlgorithm,
    _ credentials: DigestCredentials,
    _ nonces: inout NonceStore
  ) -> HashValue {
    let base = secret(of: user?.proof ?? .password(Secret("nobody")), name, algorithm, credentials)
    guard algorithm.isSession else { return base }
    return nonces.session(credentials.nonce) {
      DigestAnswer.sessionSecret(
        algorithm.hash,
        secret: base,
        nonce: credentials.nonce,
        cnonce: credentials.cnonce ?? credentials.nonce.slice(0..<0)
      )
    }
  }

  private func secret(
    of proof: Credential.Proof,
    _ name: String,
    _ algorithm: DigestAlgorithm,
    _ credentials: DigestCredentials
  ) -> HashValue {
    switch proof {
    case .password(let password):
      return DigestAnswer.secret(
        algorithm.hash,
        username: name,
        realm: credentials.realm,
        password: password
      )
    case .ha1(let digits, let made) where made.hash == algorithm.hash:
      if let value = digits.withBytes({ HashValue(hex: $0, of: algorithm.hash) }) { return value }
      return algorithm.hash.value(of: credentials.nonce)
    case .ha1, .token:
      // A token, or an HA1 of another algorithm, proves nothing here; the nonce's hash is as good as a wrong password.
      return algorithm.hash.value(of: credentials.nonce)
    }
  }

  /// The digest's URI is the Request-URI, or means the same (RFC 7616, 3.4.6).
  private func isSame(_ uri: UnsafeRawBufferPointer, _ target: UnsafeRawBufferPointer) -> Bool {
    if uri.isEqual(to: target) { return true }
    do {
      return try SIPURI(parsing: uri).isEquivalent(to: SIPURI(parsing: target))
    } catch {
      return false
    }
  }
}

extension HashValue {
  /// Compares with hexadecimal digits in a time that does not depend on where they differ.
  fileprivate func isSame(_ digits: UnsafeRawBufferPointer) -> Bool {
    withHexDigits { own in
      guard own.count == digits.count else { return false }
      var difference: UInt8 = 0
      for index in 0..<own.count { difference |= own[index] ^ digits[index].asciiLowercased }
      return difference == 0
    }
  }
}

extension DigestAlgorithm {
  var name: StaticString {
    switch self {
    case .md5: "MD5"
    case .md5Session: "MD5-sess"
    case .sha256: "SHA-256"
    case .sha256Session: "SHA-256-sess"
    case .sha512t256: "SHA-512-256"
    case .sha512t256Session: "SHA-512-256-sess"
    }
  }
}

extension UnsafeRawBufferPointer {
  /// The content of a quoted string without its escapes.
  fileprivate var unescaped: String {
    guard contains(UInt8(ascii: "\\")) else { return text }
    var bytes: [UInt8] = []
    var index = 0
    while index < count {
      if self[index] == UInt8(ascii: "\\"), index + 1 < count { index += 1 }
      bytes.append(self[index])
      index += 1
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Compares the content of a quoted string with a text.
  fileprivate func isQuoted(_ text: String) -> Bool {
    var text = text
    let isSame = text.withUTF8 { isEqual(to: UnsafeRawBufferPointer($0)) }
    return isSame || (contains(UInt8(ascii: "\\")) && unescaped == text)
  }
}
