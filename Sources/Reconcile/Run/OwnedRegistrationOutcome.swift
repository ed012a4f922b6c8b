import SIP

extension OwnedRegistration {
  /// Takes over what an attempt came to.
  ///
  /// A refusal leaves nothing bound; after a time-out, or a failure on the way, the registrar may have
  /// stored the binding all the same, in this attempt or in one before.
  package mutating func apply(_ event: RegistrationEvent, at time: Timestamp) {
    updatedAt = time
    if event.state == .progress { return applyAttempt(event) }
    if event.tellsAnEnd {
      lastCode = event.code
      lastReason = event.text
    }
    peer = event.peer ?? peer
    // Until an attempt has ended, what was expected of it stays known: it may be on its way by now.
    if event.tellsAnEnd, event.state != .refreshing {
      formerContacts = event.formerContacts
    } else {
      keepFormerContacts(with: event)
    }
    if event.state == .failed {
      let mayBeBound = event.mayBeBoundFor != nil || event.failure?.mayHaveBound == true
      clear()
      guard mayBeBound else { return }
      phase = .pending
      contact = event.contact ?? contact
      expiresAt = event.mayBeBoundFor.map { time + $0 }
      return
    }
    phase = .bound
    contact = event.contact ?? contact
    granted = event.granted ?? granted
    if let left = event.expiresIn { expiresAt = time + left }
    if event.state == .ok, event.failure == nil { refreshAt = event.nextIn.map { time + $0 } }
  }

  /// A REGISTER is on its way where nothing was bound: should its answer be lost, it may have been stored.
  private mutating func applyAttempt(_ event: RegistrationEvent) {
    guard account.register, phase == .cleared || phase == .pending else { return }
    clear()
    phase = .pending
    contact = event.contact ?? contact
    keepFormerContacts(with: event)
  }

  private mutating func keepFormerContacts(with event: RegistrationEvent) {
    formerContacts += event.formerContacts.filter { !formerContacts.contains($0) }
  }

  mutating func clear() {
    phase = .cleared
    granted = nil
    expiresAt = nil
    refreshAt = nil
  }
}

extension RegistrationFailure {
  /// True if the registrar may have stored the binding although no success was heard.
  fileprivate var mayHaveBound: Bool {
    switch self {
    case .timeout, .transport, .untrusted: true
    case .refused, .unresolved, .notBound, .stillBound, .noCredential, .credentialRejected,
      .unusableChallenge, .redirectRefused, .redirectLoop, .blocked:
      false
    }
  }

  /// The registrar's reason, or the failure in plain words where that says more.
  func text(reason: String) -> String {
    switch self {
    // "200 OK" is no reason for a failure, and "Moved Temporarily" does not say where.
    case .notBound, .stillBound, .untrusted, .redirectRefused, .redirectLoop: text
    case .refused, .timeout, .transport, .unresolved, .noCredential, .credentialRejected, .unusableChallenge,
      .blocked:
      reason.isEmpty ? text : reason
    }
  }

  /// The failure in plain words.
  package var text: String {
    switch self {
    case .refused: "refused"
    case .timeout: "no answer in time"
    case .transport(let reason), .untrusted(let reason): reason
    case .unresolved(let reason): "no server found: \(reason)"
    case .notBound: "accepted, but our binding is not listed"
    case .stillBound: "accepted, but the binding is still listed"
    case .noCredential(let realm): "no credential for the realm \"\(realm)\""
    case .credentialRejected(let realm): "the credential for the realm \"\(realm)\" was refused"
    case .unusableChallenge(let offer): "no challenge that can be answered: \(offer)"
    case .redirectRefused(""): "redirected to nowhere"
    case .redirectRefused(let target): "redirected to \(target), which the account does not allow"
    case .redirectLoop(let target): "redirected to \(target), in a circle or once too often"
    case .blocked(let accounts): "waits for \(accounts.first?.name ?? "another account")"
    }
  }
}

extension RegistrationEvent {
  /// True if it says how an attempt ended, and not only that a binding of earlier is held on to.
  package var tellsAnEnd: Bool { code != nil || failure != nil }

  /// The reason of the answer, or else the failure in plain words.
  var text: String { failure?.text(reason: reason) ?? reason }
}

extension EngineError {
  /// The error in plain words.
  package var text: String {
    switch self {
    case .unknownAccount(let id): "the engine does not have the account \(id)"
    case .duplicateAccount(let id): "the engine has the account \(id) already"
    case .unknownMaster(let id, let master): "\(id) depends on \(master), which the engine does not have"
    case .immutable(let id, let field): "\(field.path) of \(id) cannot be edited; replace the account"
    case .unsupportedTransport(let id, let transport):
      "\(id) asks for the transport \(transport.rawValue), which this engine does not have"
    case .cannotBind(let address, let reason): "cannot bind \(address): \(reason)"
    case .shutDown: "the engine has been shut down"
    }
  }

  /// The account that the error is about, if it is about one.
  package var account: AccountID? {
    switch self {
    case .unknownAccount(let id), .duplicateAccount(let id), .unknownMaster(let id, _), .immutable(let id, _),
      .unsupportedTransport(let id, _):
      id
    case .cannotBind, .shutDown: nil
    }
  }
}
