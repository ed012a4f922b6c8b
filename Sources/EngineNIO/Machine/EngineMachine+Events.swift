import Reconcile
import SIP

// What the engine tells about its registrations.

extension EngineMachine {
  /// A registration's state, binding or failure has changed.
  mutating func changed(_ slot: Int, bindings: [Binding], at now: Instant) {
    guard case .account = slots[slot].role, !awaitsCredential(slot) else { return }
    events.append(event(for: slot, bindings: bindings, at: now))
    if slots[slot].exchange == nil { wakeDependents(of: slot, at: now) }
  }

  /// True while the provider is still asked for the credential that the last attempt lacked: no failure yet.
  private func awaitsCredential(_ slot: Int) -> Bool {
    guard slots[slot].askedRealm != nil, !isSending(slot),
      let failure = slots[slot].registration.failure
    else { return false }
    switch failure {
    case .noCredential, .tokenRefused: return true
    default: return false
    }
  }

  private func event(for slot: Int, bindings: [Binding], at now: Instant) -> RegistrationEvent {
    var event = RegistrationEvent(
      account: slots[slot].account.id,
      state: publicState(of: slot),
      reason: slots[slot].reason,
      callID: slots[slot].shape.callID,
      cseq: slots[slot].registration.cseq
    )
    event.code = slots[slot].registration.lastCode
    if case .redirectLoop = slots[slot].registration.failure, let failure = slots[slot].registration.failure {
      event.reason = describe(failure)
    }
    event.failure = slots[slot].registration.failure.map(RegistrationFailure.init)
    if slots[slot].isBlocked, case .queued = slots[slot].registration.state {
      let blockers = blockers(of: slot)
      event.failure = .blocked(by: blockers)
      event.reason = waitingText(blockers)
    }
    event.nextIn = slots[slot].registration.nextAttempt.map { $0 - now }
    noteContacts(of: slot, in: &event)
    event.granted = slots[slot].registration.bound?.granted
    event.expiresIn = slots[slot].registration.bound.map { $0.expiresAt - now }
    event.mayBeBoundFor = slots[slot].registration.mayBeBoundFor(at: now)
    event.bindings = bindings
    if slots[slot].registration.bound != nil {
      event.gruus = gruus[slot]
      if let notice = notices[slot] { event.notice = notice }
      event.isUnauthenticated = slots[slot].isUnauthenticated
    }
    if let flow = flow(of: slot) {
      event.peer = flows[flow].name
      event.publicAddress = flows[flow].publicAddress?.text
    }
    return event
  }

  /// Whom it waits for, and what keeps the root of it from being registered, where that has failed.
  private func waitingText(_ blockers: [AccountID]) -> String {
    guard !blockers.isEmpty else { return "suspended" }
    var text = "waiting for \(blockers.map(\.name).joined(separator: ", "))"
    guard let root = blockers.first, let slot = slotByAccount[root],
      let failure = slots[slot].registration.failure
    else { return text }
    text += "; \(root.name) failed: "
    guard case .refused = failure, let code = slots[slot].registration.lastCode else {
      return text + describe(failure)
    }
    return text + "\(code) \(slots[slot].reason)"
  }

  private func publicState(of slot: Int) -> RegistrationState {
    let isBound = slots[slot].registration.bound != nil
    let hasFailed = slots[slot].registration.failure != nil
    switch slots[slot].registration.state {
    case .sent(.unbind): return .progress
    case .sent(.bind), .sent(.fetch): return isBound ? .refreshing : .progress
    case .ended where !hasFailed: return .cleared
    case .idle, .queued, .resting, .retrying, .stalled, .ended:
      if isBound { return .ok }
      return hasFailed ? .failed : .none
    }
  }

  /// A failure in words, for where no registrar gave a reason.
  ///
  /// - Parameter server: where it was sent, `host:port`.
  func describe(_ failure: AttemptFailure, at server: String? = nil) -> String {
    switch failure {
    case .refused: "refused"
    case .timeout: "no answer\(server.map { " from \($0)" } ?? "") within \(settings.timers.timeout)"
    case .transport(let reason):
      // Streams name their server themselves.
      server.flatMap { reason.contains($0) ? nil : "\($0): \(reason)" } ?? reason
    case .heldBack(let server, let seconds): HeldAccount.reason(server: server, seconds: seconds)
    case .unresolved(let reason), .untrusted(let reason): reason
    case .notBound: "accepted, but our contact is not in the registrar's list"
    case .stillBound: "accepted, but the registrar still lists our contact"
    case .noCredential(let realm): "no credential for the realm \"\(ShownText.escape(realm))\""
    case .credentialRejected(let realm):
      "the registrar refused the user name or password for \"\(ShownText.escape(realm))\""
    case .tokenRefused(let realm, let error):
      "the registrar refused the token for \"\(ShownText.escape(realm))\""
        + (error.map { ": \(ShownText.escape($0))" } ?? "")
    case .unusableChallenge(let offered): "no challenge that can be answered: \(ShownText.escape(offered))"
    case .redirectRefused(""): "redirected to nowhere"
    case .redirectRefused(let target): "redirected to \(target), " + whyNotFollowed(target)
    case .redirectLoop(let target):
      "redirect loop: redirected to \(target), after too many or the same before"
    case .intervalRefused(let minimum?): "the registrar wants at least \(minimum) s"
    case .intervalRefused(nil): "the registrar refuses the lifetime without naming another"
    }
  }
}

extension EngineMachine {
  private func whyNotFollowed(_ target: String) -> String {
    let rules = ServerRules(localAddresses: settings.localAddresses)
    guard let uri = ContactMatch.parse(Array(target.utf8)), let port = uri.port,
      !rules.allows(port: port, of: uri.host)
    else { return "which the account does not allow" }
    return "whose port is no SIP port: of the ports below 1024, 80 and 443 are followed; "
      + "`engine: { localAddresses: allow }` allows it"
  }
}

extension RegistrationFailure {
  init(_ failure: AttemptFailure) {
    switch failure {
    case .refused, .intervalRefused, .heldBack: self = .refused
    case .timeout: self = .timeout
    case .transport(let reason): self = .transport(reason)
    case .untrusted(let reason): self = .untrusted(reason)
    case .unresolved(let reason): self = .unresolved(reason)
    case .notBound: self = .notBound
    case .stillBound: self = .stillBound
    case .noCredential(let realm): self = .noCredential(realm: ShownText.escape(realm))
    case .credentialRejected(let realm), .tokenRefused(let realm, _):
      self = .credentialRejected(realm: ShownText.escape(realm))
    case .unusableChallenge(let offered): self = .unusableChallenge(ShownText.escape(offered))
    case .redirectRefused(let target): self = .redirectRefused(target)
    case .redirectLoop(let target): self = .redirectLoop(target)
    }
  }
}
