import DequeModule
import Reconcile
import SIP

// What comes in: an answer finds its exchange, a request gets an answer, anything else is dropped.

extension EngineMachine {
  /// One message, as a datagram or cut from a stream.
  mutating func receive(
    _ bytes: UnsafeRawBufferPointer,
    from peer: Endpoint,
    by arrival: Arrival,
    at now: Instant
  ) {
    guard bytes.count > 4 else { return }
    do throws(MessageError) {
      try index.parse(bytes, headLimit: headLimit(arrival))
      let message = MessageView(bytes: bytes, index: index)
      if message.isRequest {
        if mayBeAnswered(peer, by: arrival, at: now) { answer(message, from: peer, by: arrival) }
      } else {
        let (via, cseq) = try message.validateResponse()
        receiveAnswer(message, via, cseq, from: peer, by: arrival, at: now)
      }
    } catch {
      droppedMessages += 1
    }
  }

  private func headLimit(_ arrival: Arrival) -> Int {
    switch arrival {
    case .listener: MessageLimits.datagramHead
    case .accepted: MessageLimits.streamHead
    case .flow(let flow):
      flows[flow].transport.isReliable ? MessageLimits.streamHead : MessageLimits.datagramHead
    }
  }

  /// Whether an answer came from where its request went. Where the account names an address, only that address
  /// answers; where it names a host, one with several addresses may answer a datagram from another, and the
  /// branch tells that the answer is ours (RFC 3261, 18.1.2). A registrar that lost a connection of TCP may
  /// open one of its own to answer (18.2.2), from whichever port; nothing proves it over TLS.
  private func isFromServer(_ exchange: Int, _ peer: Endpoint, _ arrival: Arrival) -> Bool {
    let flow = exchanges[exchange].flow
    let transport = flows[flow].transport
    let isServer = flows[flow].server == peer
    switch arrival {
    case .listener: return transport == .udp && (isServer || hasSeveralAddresses(exchange))
    case .flow(let other):
      guard flows[other].transport == transport else { return false }
      return flows[other].server == peer || (transport == .udp && hasSeveralAddresses(exchange))
    case .accepted: return transport == .tcp && flows[flow].server.address == peer.address
    }
  }

  private func hasSeveralAddresses(_ exchange: Int) -> Bool {
    guard settings.onlyServer == nil, case .name = lanes[exchanges[exchange].lane].destination.host else {
      return false
    }
    return true
  }

  /// Whoever we registered with is always answered; strangers only so often, for a source may be forged and
  /// the answer meant for somebody else (RFC 3261, 26.1.5).
  private mutating func mayBeAnswered(_ peer: Endpoint, by arrival: Arrival, at now: Instant) -> Bool {
    switch arrival {
    case .flow, .accepted: return true
    case .listener: break
    }
    let registrar = Flow.Key(Target.Server(peer, .udp), domain: nil, tls: nil)
    if flowByKey[registrar] != nil || strangers.take(at: now) { return true }
    droppedMessages += 1
    return false
  }

  /// An answer counts only if its branch is one of ours, still waits, and comes from the server asked; the
  /// Call-ID and the CSeq must fit too (RFC 3261, 17.1.3; the flow is connected, so its source is checked).
  private mutating func receiveAnswer(
    _ message: MessageView,
    _ via: ViaView,
    _ cseq: CSeqView,
    from peer: Endpoint,
    by arrival: Arrival,
    at now: Instant
  ) {
    guard let branch = via.branch.flatMap(Branch.init), exchanges.indices.contains(Int(branch.exchange))
    else {
      strayAnswers += 1
      return
    }
    let number = Int(branch.exchange)
    let slot = exchanges[number].slot
    guard slot >= 0, exchanges[number].branch == branch, exchanges[number].cseq == cseq.number,
      cseq.method.isEqual(to: "REGISTER"),
      message.callID?.isEqual(to: slots[slot].shape.callID) == true,
      isFromServer(number, peer, arrival),
      flows[exchanges[number].flow].isSender(via)
    else {
      strayAnswers += 1
      return
    }
    noteLoad(via, on: exchanges[number].flow, from: peer, at: now)
    switch exchanges[number].transaction.receive(statusCode: message.statusCode, at: now) {
    case .deliver(let status, let next):
      guard status >= 200 else {
        if let next { exchangeTimers.schedule(UInt32(number), at: next) }
        return
      }
      notePublicAddress(via, on: exchanges[number].flow)
      receiveFinal(message, exchange: number, slot: slot, at: now)
    case .send, .retransmit, .wait, .absorb, .timedOut, .transportFailed, .ended: return
    }
  }

  private mutating func notePublicAddress(_ via: ViaView, on flow: Int) {
    let told = PublicAddress.told(by: via)
    if told != flows[flow].publicAddress?.endpoint {
      flows[flow].publicAddress = told.map(PublicAddress.init)
    }
  }

  private mutating func receiveFinal(_ message: MessageView, exchange: Int, slot: Int, at now: Instant) {
    exchangeTimers.cancel(UInt32(exchange))
    let transaction = exchanges[exchange].transaction
    let roundTrip = transaction.hasRetransmitted ? nil : now - transaction.startedAt
    exchanges[exchange].evidence = message.statusCode == 503 ? .overload : .answer(roundTrip)
    let reason = message.reasonPhrase
    if slots[slot].reason != reason { slots[slot].reason = ShownText.escape(reason) }

    let contact = exchanges[exchange].contact
    var reader = AnswerReader(
      message: message,
      contact: contact,
      instanceID: slots[slot].instanceID,
      regID: registrationID(of: slot)
    )
    reader.endsFlow =
      slots[slot].account.outbound.flow != nil && slots[slot].registration.state == .sent(.unbind)
    var (answer, bindings) = reader.read()
    answer.isAmended = amend(slot, after: answer, message)
    if (300...399).contains(answer.code) {
      answer.redirects = reader.redirects(redirectRules(of: slot, over: exchanges[exchange].flow))
    }
    if answer.code == 503, let wait = answer.retryAfter {
      leaveAlone(exchanges[exchange].flow, for: wait, at: now)
    }
    noteAnswer(answer.code, on: exchanges[exchange].flow, at: now)
    keepAlive(exchanges[exchange].flow, for: slot, after: reader, at: now)
    if (200...299).contains(answer.code) { slots[slot].hasSuppliedInVain = false }
    let challenges = screened(reader.challenges, answer.code, slot: slot, exchange)
    guard authenticates(message, slot: slot) else {
      return noAnswer(to: exchange, .untrusted("the server's proof of the password is wrong"), at: now)
    }
    guard noteChallenge(answer.code, slot: slot, exchange) else {
      return noAnswer(to: exchange, .untrusted("accepted without asking for the password"), at: now)
    }
    if noteStaleContacts(slot, bindings, after: &answer) { answer.isAmended = true }
    if correctsContact(of: slot, in: exchange, after: answer, at: now) { answer.isAmended = true }
    noteQuery(slot, code: answer.code, bindings: bindings)
    noteNotice(of: slot, after: answer.code, in: reader)
    if slots[slot].account.push != nil { answer.refreshLead = reader.pushRefreshLead }
    if case .ours = answer.listing, slots[slot].registration.goal != .listed {
      slots[slot].boundContact = contact
      noteGRUUs(of: slot, in: reader)
    }
    step(slot, at: now, bindings: bindings) { [schedule, answer] in
      $0.receive(answer, challenges: challenges, schedule: schedule, at: now, using: &$1, into: &$2)
    }
    if slots[slot].exchange == exchange, !isSending(slot) { endTurn(of: slot, at: now) }
  }

  func isSending(_ slot: Int) -> Bool {
    if case .sent = slots[slot].registration.state { return true }
    return false
  }

  /// False if an Authentication-Info carries a proof that does not fit (RFC 7616, 3.5).
  private mutating func authenticates(_ message: MessageView, slot: Int) -> Bool {
    guard let value = message.value(.authenticationInfo) else { return true }
    return slots[slot].registration.authenticator.receiveAuthenticationInfo(
      value,
      uri: slots[slot].shape.requestURI
    )
  }

}

// MARK: - Requests that reach our contact

extension EngineMachine {
  private mutating func answer(_ message: MessageView, from peer: Endpoint, by arrival: Arrival) {
    guard let method = message.method, let branch = message.topVia?.branch else {
      droppedMessages += 1
      return
    }
    let target = method.isEqual(to: "INVITE") ? redirectTarget(of: message) : nil
    guard let reply = RequestAnswer(method: method, isRedirected: target != nil) else {
      droppedMessages += 1
      return
    }
    // The branch stands in the answer once already: a long one is not given back twice.
    let tag = branch.slice(0..<min(branch.count, 64))
    writer.begin(reply.code, reply.reason, to: message, from: peer.address, port: peer.port, tag: tag)
    writer.header(.allow, RequestAnswer.allowed)
    if let target { writer.header(.contact) { $0.append(contentsOf: "<\(target)>".utf8) } }
    writer.end()
    actions.append(.answer(arrival, writer.bytes, to: replyAddress(for: message, from: peer)))
  }

  /// Where the account that is called sends its calls: the one with the user of the Request-URI.
  private mutating func redirectTarget(of message: MessageView) -> SIPURI? {
    let targets = redirectTargets ?? collectRedirectTargets()
    redirectTargets = targets
    guard !targets.isEmpty, let text = message.requestURI else { return nil }
    do throws(SIPURIError) {
      return try SIPURI(parsing: Array(text)[...]).user.flatMap { targets[$0] }
    } catch {
      return nil
    }
  }

  private func collectRedirectTargets() -> [String: SIPURI] {
    var targets: [String: SIPURI] = [:]
    for slot in slots {
      guard case .account = slot.role, let target = slot.account.redirect else { continue }
      let users = [slot.account.identity.uri.user, slot.account.contact?.uri.user]
      for user in users.compactMap({ $0 }) where targets[user] == nil { targets[user] = target }
    }
    return targets
  }

  /// Where an answer goes: to the source, at the port of the sent-by unless `rport` was asked for
  /// (RFC 3261, 18.2.2; RFC 3581, 4).
  private func replyAddress(for message: MessageView, from peer: Endpoint) -> Endpoint {
    guard let via = message.topVia, via.rport == .absent else { return peer }
    return Endpoint(address: peer.address, port: via.sentByPort ?? Transport.udp.defaultPort)
  }
}
