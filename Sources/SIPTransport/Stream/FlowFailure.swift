/// Why a stream flow did not open, or is no more, in plain words.
package struct FlowFailure: Error, Hashable, Sendable, CustomStringConvertible {
  /// What the reason belongs to, for those who act on it.
  package enum Kind: Hashable, Sendable, CaseIterable {
    /// Nobody listens there (RST, ICMP port or protocol unreachable).
    case refused
    /// No route, or a router said no.
    case unreachable
    /// Not open within the limit.
    case timedOut
    /// The local address cannot be used.
    case localAddress
    /// The peer speaks no TLS, or none that is allowed, or refused us.
    case tls
    /// The peer's certificate is not to be trusted, or is somebody else's.
    case certificate
    /// The peer speaks no WebSocket, or not SIP over it.
    case webSocket
    /// The peer ended the connection.
    case closed
    /// The peer or something on the way broke the connection.
    case reset
    /// What came cannot be cut into messages, or breaks a limit.
    case framing
    /// A message began and did not end in time, or nothing came at all.
    case stalled
    /// The peer does not take what is sent.
    case overflow
    /// The peer does not answer keep-alives. The flow's owner finds this, and nothing here does.
    case keepAlive
    case other
  }

  package let kind: Kind
  /// One sentence without a full stop: what was found, what was expected, what to do.
  package let reason: String

  package init(_ kind: Kind, _ reason: String) {
    self.kind = kind
    self.reason = reason
  }

  package var description: String { reason }
}
