/// Reads one `WWW-Authenticate` or `Proxy-Authenticate` row.
struct ChallengeParser {
  private let row: UnsafeRawBufferPointer
  private var parameters: AuthenticationParameters

  init(_ row: UnsafeRawBufferPointer) {
    self.row = row
    parameters = AuthenticationParameters(row)
  }

  /// The first digest that we can answer, or else the first challenge of all; and the first Bearer beside it.
  mutating func parse() -> (ParsedChallenge, bearer: BearerChallenge?) {
    // What is echoed goes into our own message, where a control character could begin another line.
    guard row.allSatisfy({ $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 }) else { return (.malformed, nil) }
    var first: ParsedChallenge?
    var answerable: ParsedChallenge?
    var bearer: BearerChallenge?
    var scheme = parameters.firstScheme()
    while let name = scheme {
      let (challenge, next) = challenge(named: name)
      if answerable == nil, case .digest(let digest) = challenge, digest.isAnswerable {
        answerable = challenge
      }
      if bearer == nil, case .bearer(let found) = challenge { bearer = found }
      first = first ?? challenge
      scheme = next
    }
    let main = answerable ?? first ?? .malformed
    if case .bearer = main { return (main, nil) }
    return (main, bearer)
  }

  /// Reads up to the next scheme, which is returned too.
  private mutating func challenge(
    named name: UnsafeRawBufferPointer
  ) -> (ParsedChallenge, next: UnsafeRawBufferPointer?) {
    let isDigest = name.equalsIgnoringCase("Digest")
    let isBearer = name.equalsIgnoringCase("Bearer")
    var fields = Fields()
    var bearer = BearerChallenge()
    var next: UnsafeRawBufferPointer?
    scan: while let item = parameters.next() {
      switch item {
      case .parameter(let name, let value):
        if isDigest { fields.take(name, value) }
        if isBearer { bearer.take(name, value) }
      case .scheme(let name):
        next = name
        break scan
      case .malformed:
        return (.malformed, nil)
      }
    }
    if isBearer { return (.bearer(bearer), next) }
    guard isDigest else {
      return (.otherScheme(String(decoding: name.prefix(64), as: UTF8.self)), next)
    }
    return (fields.challenge.map { .digest($0) } ?? .malformed, next)
  }

  /// The parameters of a digest challenge; `domain`, `charset`, `userhash` and unknown ones are ignored.
  private struct Fields {
    var realm: UnsafeRawBufferPointer?
    var nonce: UnsafeRawBufferPointer?
    var opaque: UnsafeRawBufferPointer?
    var algorithm: UnsafeRawBufferPointer?
    var qop: QualityOfProtection = []
    var isStale = false

    mutating func take(_ name: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer) {
      if name.equalsIgnoringCase("realm") {
        realm = realm ?? value
      } else if name.equalsIgnoringCase("nonce") {
        nonce = nonce ?? value
      } else if name.equalsIgnoringCase("opaque") {
        opaque = opaque ?? value
      } else if name.equalsIgnoringCase("algorithm") {
        algorithm = algorithm ?? value
      } else if name.equalsIgnoringCase("qop") {
        qop.formUnion(QualityOfProtection(list: value))
      } else if name.equalsIgnoringCase("stale") {
        isStale = value.equalsIgnoringCase("true")
      }
    }

    var challenge: Challenge? {
      guard let realm, let nonce else { return nil }
      return Challenge(
        realm: realm,
        nonce: nonce,
        opaque: opaque,
        algorithm: algorithm,
        qop: qop,
        isStale: isStale
      )
    }
  }
}
