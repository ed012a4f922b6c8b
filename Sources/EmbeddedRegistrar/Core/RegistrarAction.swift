package import SIP

/// What the registrar's core asks its shell to do.
package enum RegistrarAction: Equatable, Sendable {
  /// Send a datagram from the socket that the request came to.
  case send([UInt8], to: Endpoint)
  /// Send a message on the stream that the request came on; on one that is gone it is lost.
  case reply([UInt8], stream: Int)
  /// Call `timerFired` at that time, or soon after; the last one asked for counts.
  case wake(at: Instant)
}
