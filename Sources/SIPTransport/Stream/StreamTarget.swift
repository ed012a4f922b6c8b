package import SIP

/// Where a stream flow is to go, and who must be found there.
package struct StreamTarget: Sendable {
  package var transport: Transport
  /// The address to connect to: one of those that DNS gave for the domain.
  package var server: Endpoint
  /// The host that the user configured, before NAPTR and SRV. Over TLS the peer must prove to be it, and over
  /// WebSocket it is asked for; the server's own name does not matter (RFC 5922, 7.3).
  package var domain: Host
  /// The path and query that a WebSocket is asked for.
  package var path = "/"
  /// The local address to connect from; nil for any, and port 0 for any port.
  package var local: Endpoint?
  /// How a secure transport trusts; nil for the system's anchors.
  package var tls: TLSContext?

  package init(transport: Transport, server: Endpoint, domain: Host) {
    precondition(transport != .udp, "UDP has no connections")
    self.transport = transport
    self.server = server
    self.domain = domain
  }
}
