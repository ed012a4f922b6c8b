/// How a server has asked for the passwords of one domain: what its later challenges are compared with.
public struct ServerChallenge: Sendable, Hashable {
  /// `host:port`.
  public var server: String
  /// The host of the identities that were registered there.
  public var domain: String
  /// The realm that was answered first, and that is the only one from then on.
  public var realm: String
  /// The strongest algorithm that was answered.
  public var algorithm: DigestAlgorithm
  /// A `qop` was offered (RFC 7616, 3.3).
  public var hasQOP: Bool

  public init(server: String, domain: String, realm: String, algorithm: DigestAlgorithm, hasQOP: Bool) {
    self.server = server
    self.domain = domain
    self.realm = realm
    self.algorithm = algorithm
    self.hasQOP = hasQOP
  }
}
