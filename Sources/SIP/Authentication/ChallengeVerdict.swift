/// What a 401 or 407 means for the attempt.
package enum ChallengeVerdict: Equatable, Sendable {
  /// There is an answer: send the request again, as a new transaction.
  case retry
  /// No credential for this realm; `algorithms` are those offered for it that we have.
  case noCredential(realm: String, algorithms: [DigestAlgorithm])
  /// The answer to a nonce of this very attempt was refused: the user name or password is wrong.
  case rejected(realm: String)
  /// The token was refused, with the server's word for why, if it gives one.
  case tokenRefused(realm: String, error: String?)
  /// No challenge that we can or may answer; with what was offered.
  case unusable(String)
  /// The server asks again and again.
  case tooManyRounds
}
