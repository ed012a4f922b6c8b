/// What answers a challenge: a user name and a password, a hash made of them beforehand, or a bearer token.
public struct Credential: Sendable, Hashable {
  public enum Proof: Sendable, Hashable {
    case password(Secret)
    /// `H(username:realm:password)` in hexadecimal; good only for its realm and its algorithm.
    case ha1(Secret, DigestAlgorithm)
    /// Proves without a digest; there is no user name then.
    case token(BearerToken)
  }

  /// The digest user name, which need not be the user of the identity.
  public var username: String
  /// The only realm to answer, compared exactly (RFC 3261, 22.1); nil answers any.
  public var realm: String?
  public var proof: Proof
  /// The algorithms that may be used, in the order of preference; empty allows each, topmost first.
  public var algorithms: [DigestAlgorithm]

  public init(username: String, realm: String? = nil, proof: Proof, algorithms: [DigestAlgorithm] = []) {
    self.username = username
    self.realm = realm
    self.proof = proof
    self.algorithms = algorithms
  }

  package var token: BearerToken? {
    if case .token(let token) = proof { return token }
    return nil
  }
}
