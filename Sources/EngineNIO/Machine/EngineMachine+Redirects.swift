import Reconcile
import SIP

// Where a 3xx leads: the registration changes its lane and its Request-URI, and comes back when that is over.

extension EngineMachine {
  /// What the account lets a redirect do. The answer's own flow tells whether TLS was in use.
  func redirectRules(of slot: Int, over flow: Int) -> RedirectRules {
    let account = slots[slot].account
    return RedirectRules(
      domains: account.redirects,
      registrar: account.registrar.host,
      isSIPS: account.isSecure,
      isSecure: flows[flow].transport.isSecure,
      servers: ServerRules(localAddresses: settings.localAddresses)
    )
  }

  /// The attempt goes on at another registrar, at that one's pace.
  mutating func redirect(_ slot: Int, to target: RedirectTarget, at now: Instant) {
    giveUpTurn(of: slot, at: now)
    aim(slot)
  }

  /// Points a slot at where its registration is to go now: a redirect's target, or its own registrar.
  mutating func aim(_ slot: Int) {
    let account = slots[slot].account
    let target = slots[slot].registration.redirection?.current
    move(slot, to: target.map { lane(for: account, redirectedTo: $0) } ?? lane(for: account))
    reshape(slot)
  }

  private mutating func lane(for account: Account, redirectedTo target: RedirectTarget) -> Int {
    // A route set stands before any Request-URI (RFC 3261, 8.1.2).
    if !target.isProxy, !account.outboundProxy.isEmpty { return lane(for: account) }
    var tls = account.tls ?? settings.tls
    // It names the account's own registrar, and nobody else has to prove that name.
    if target.uri.host != account.registrar.host { tls?.serverName = nil }
    let destination = Destination(
      target.uri,
      transport: target.uri.namedTransport ?? account.transport,
      isSecure: target.isSecure
    )
    return lane(NextHop(destination: destination, tls: tls), registrar: target.uri)
  }
}

extension RequestShape.Parts {
  /// Puts a redirect's target in the registrar's place, or before it (305).
  mutating func redirect(to target: RedirectTarget) {
    guard target.isProxy else { return registrar = target.uri }
    var proxy = target.uri
    if proxy.parameter("lr") == nil { proxy.parameters.append(SIPURI.Field("lr")) }
    routes = [proxy]
  }
}
