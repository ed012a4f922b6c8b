package import SIP

/// What the registrar's core asks its shell to do.
package enum RegistrarAction: Equatable, Sendable {
  /// Send a datagram from the socket that the request came to.
  case send([UInt8], to: Endpoint)
  /// Call `timerFired` at that time, or soon after; the last one asked for counts.
  case wake(at: Instant)
}
