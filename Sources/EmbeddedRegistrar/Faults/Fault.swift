package import SIP

/// One thing that a registrar does wrong on purpose, and to which requests.
package struct Fault: Equatable, Sendable {
  package enum Effect: Equatable, Sendable {
    /// The request is lost: nothing happens.
    case silence
    /// The request is carried out, and its answer is lost.
    case loseAnswer
    /// The answer waits so long.
    case delay(Duration)
    /// The request is answered with a code, and changes nothing.
    case answer(status: UInt16, retryAfter: UInt32?, minExpires: UInt32?)
    /// The request is sent elsewhere with a 302, and changes nothing.
    case redirect(SIPURI)
    /// The request is challenged anew, and told that its nonce was old.
    case stale
    /// The answer's branch is another than the request's.
    case wrongBranch
    /// Bindings are granted so many seconds, whatever the request says.
    case grant(UInt32)
    /// The answer lists each contact with another host and port.
    case rewriteContact(host: Host, port: UInt16?)
    /// The answer says that the request came from another place, as behind a NAT; without a port from another
    /// one each time.
    case seenAt(host: Host, port: UInt16?)
    /// The answer asks for so many percent less traffic (RFC 7339), or for so many requests a second at most
    /// (RFC 7415), and that for so many milliseconds.
    case overload(UInt32, isRate: Bool, validity: UInt32?)
    /// The answer lists one more contact, that of another device.
    case foreignContact(SIPURI)
    /// The registrar forgets all bindings and nonces first, as if it had been started anew.
    case restart
  }

  package var effects: [Effect]
  package var selection: FaultSelection

  package init(_ effects: [Effect], _ selection: FaultSelection = FaultSelection()) {
    self.effects = effects
    self.selection = selection
  }

  package init(_ effect: Effect, _ selection: FaultSelection = FaultSelection()) {
    self.init([effect], selection)
  }
}
