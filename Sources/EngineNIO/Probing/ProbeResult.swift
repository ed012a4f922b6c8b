package import SIP
package import SIPTransport

/// What came of going to one server and asking it for its abilities (OPTIONS; RFC 3261, 11).
package struct ProbeResult: Hashable, Sendable {
  /// A final answer, whatever it says: the server is there.
  package struct Answer: Hashable, Sendable {
    package var code: UInt16
    package var reason: String
    /// From the first copy of the request to the answer.
    package var roundTrip: Duration
    package var wasRetransmitted: Bool
    /// The server's Date, in seconds since 1970.
    package var date: Int64?
    /// Where the server saw the request come from (RFC 3581, 4).
    package var seenAs: Endpoint?

    package init(
      code: UInt16,
      reason: String,
      roundTrip: Duration,
      wasRetransmitted: Bool = false,
      date: Int64? = nil,
      seenAs: Endpoint? = nil
    ) {
      self.code = code
      self.reason = reason
      self.roundTrip = roundTrip
      self.wasRetransmitted = wasRetransmitted
      self.date = date
      self.seenAs = seenAs
    }
  }

  package enum Outcome: Hashable, Sendable {
    case answered(Answer)
    /// The way stands, or is UDP, and nothing came back in this time.
    case silent(after: Duration)
    /// No way to the server, or one that broke.
    case unreachable(FlowFailure)
    /// Nobody waited for the end.
    case cutOff
  }

  package var outcome: Outcome
  /// Our own address towards the server.
  package var local: Endpoint?
  /// How long it took to connect, TLS and WebSocket included; nil over UDP.
  package var openedAfter: Duration?
  /// What the server showed over TLS, believed or not.
  package var certificate: ShownCertificate?

  package init(
    _ outcome: Outcome,
    local: Endpoint? = nil,
    openedAfter: Duration? = nil,
    certificate: ShownCertificate? = nil
  ) {
    self.outcome = outcome
    self.local = local
    self.openedAfter = openedAfter
    self.certificate = certificate
  }
}
