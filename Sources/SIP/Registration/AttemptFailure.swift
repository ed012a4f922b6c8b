/// Why one attempt to register, unregister or ask did not succeed.
package indirect enum AttemptFailure: Equatable, Sendable {
  /// A final answer that is no success; its code is the machine's `lastCode`.
  case refused
  /// No final answer within 64 × T1 (RFC 3261, timer F).
  case timeout
  /// The request could not be sent, or its flow failed; with the system's words.
  case transport(String)
  /// Not sent, for the server asked to be left alone for so long; with its name.
  case heldBack(server: String, seconds: Int64)
  /// A 2xx that does not count, for who gave it has not shown that it is the registrar; with the reason.
  case untrusted(String)
  /// No server was found; with the reason.
  case unresolved(String)
  /// A 2xx that does not list our contact (RFC 3261, 10.2.4).
  case notBound
  /// A 2xx to an unregister that still lists it.
  case stillBound
  case noCredential(realm: String)
  case credentialRejected(realm: String)
  /// With the server's word for why (RFC 6750, 3.1), if it gives one.
  case tokenRefused(realm: String, error: String?)
  case unusableChallenge(String)
  /// A 3xx to where we may not go; with its first target.
  case redirectRefused(String)
  /// Redirects lead to where this attempt has been, or go on and on; with the last target.
  case redirectLoop(String)
  /// A 423 that asks for more than may be granted, or asks again and again.
  case intervalRefused(minimum: UInt32?)
}
