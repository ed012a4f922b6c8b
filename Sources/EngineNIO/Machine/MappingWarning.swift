import SIP

/// A NAT gives us another address each time, so that no contact that shows one lasts.
struct MappingWarning: Hashable, Sendable {
  /// The server that says so, `host:port`.
  let server: String
  /// What contacts go on showing.
  let address: Endpoint
  let pause: Duration
}

extension MappingWarning: CustomStringConvertible {
  var description: String {
    "\(server) sees us at another address each time: contacts keep \(address) for \(pause.components.seconds / 3600) h,"
      + " and calls may not arrive; declare the contact or engine.advertise, or use TLS or TCP"
  }
}
