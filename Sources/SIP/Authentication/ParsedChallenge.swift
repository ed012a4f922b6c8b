/// What one `WWW-Authenticate` or `Proxy-Authenticate` row holds.
package enum ParsedChallenge: Equatable, Sendable {
  case digest(Challenge)
  /// One for a bearer token, answered where there is one (RFC 8898).
  case bearer(BearerChallenge)
  /// A scheme that is never answered: Basic, NTLM and so on (RFC 3261, 22; RFC 8760, 2.4).
  case otherScheme(String)
  case malformed
  /// One that must not be answered, for it is weaker than what the server asked for before.
  case refused(ChallengeWeakening)
}
