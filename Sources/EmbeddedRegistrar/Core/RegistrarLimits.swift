/// What an embedded registrar holds at most. Each limit is answered with an error, and none grows with what a
/// peer sends.
package struct RegistrarLimits: Sendable, Equatable {
  /// Bytes of one message; a larger one is answered 513.
  package var messageBytes = 65_535
  /// Bindings of one address of record; one more is answered 403.
  package var bindingsPerIdentity = 32
  /// Addresses of record with bindings; one more is answered 503.
  package var identities = 2_000_000
  /// Nonces that are remembered; with one more the oldest counts as expired.
  package var nonces = 262_144
  /// Answers that are kept for retransmitted requests; with one more the oldest is forgotten.
  package var transactions = 131_072
  /// Requests that the log keeps; with one more the oldest is dropped.
  package var loggedRequests = 10_000
  /// Connections at once; one more is closed as soon as it comes.
  package var connections = 100_000
  /// Seconds that a connection may stay without a byte before it is closed.
  package var idleSeconds = 1_800
  /// Answers that wait for a scripted delay; one more is dropped, as a network would.
  package var delayedAnswers = 100_000

  package init() {}
}
