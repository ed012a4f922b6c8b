/// What answers a digest challenge: a user name and a password, or a hash made of them beforehand.
public struct Credential: Sendable, Hashable {
  public enum Proof: Sendable, Hashable {
    case password(Secret)
    /// `H(username:realm:password)` in hexadecimal; good only for its realm and its algorithm.
    case ha1(Secret, DigestAlgorithm)
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
}
