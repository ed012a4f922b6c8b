import Reconcile
import SIP

extension Account {
  /// What the wire shows of an account: an edit that changes none of it sends nothing.
  struct Wire: Equatable {
    var identity: NameAddress
    var from: NameAddress?
    var registrar: SIPURI
    var routes: [SIPURI]
    var expires: UInt32
    var contact: ContactDeclaration?
    var push: PushParameters?
    var outbound: OutboundSettings
    var headers: [HeaderField]
  }

  var wire: Wire {
    Wire(
      identity: identity,
      from: from,
      registrar: registrar,
      routes: outboundProxy,
      expires: expires,
      contact: contact,
      push: push,
      outbound: outbound,
      headers: headers
    )
  }
}
