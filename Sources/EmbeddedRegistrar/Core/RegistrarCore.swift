package import SIP

/// A registrar without a socket and a clock: requests go in, answers come out (RFC 3261, 10.3).
///
/// Every request is answered at once, so there is no state per transaction but the answer that is kept for
/// copies. Bindings live in memory only: a new core begins without any.
package struct RegistrarCore: Sendable {
  package let settings: RegistrarSettings
  package internal(set) var faults: FaultScript
  var store = BindingStore()
  var nonces: NonceStore
  var transactions: ServerTransactions
  var delayed: DelayedAnswers
  var log: RequestLog
  var date: MessageDate
  var writer = ResponseWriter()
  private var index = MessageIndex()

  /// - Parameter origin: the wall clock at `Instant` zero, in seconds since 1970, for the Date of answers.
  package init(settings: RegistrarSettings, faults: FaultScript = FaultScript(), origin: Int64 = 0) {
    self.settings = settings
    self.faults = faults
    nonces = NonceStore(capacity: settings.limits.nonces, lifetime: settings.nonceLifetime)
    transactions = ServerTransactions(capacity: settings.limits.transactions)
    delayed = DelayedAnswers(capacity: settings.limits.delayedAnswers)
    log = RequestLog(capacity: settings.limits.loggedRequests)
    date = MessageDate(origin: origin)
  }

  // MARK: - What it knows

  package func bindings(at now: Instant) -> [RegisteredBinding] { store.list(at: now) }

  /// The last requests, oldest first.
  package var requests: [ReceivedRequest] { log.requests }

  /// All requests since the start, or since the log was emptied.
  package var requestCount: Int { log.total }

  package mutating func setFaults(_ faults: FaultScript) { self.faults = faults }

  package mutating func clearBindings() { store.removeAll() }

  package mutating func clearRequests() { log.removeAll() }

  /// Forgets what a registrar forgets when it is started anew: bindings, nonces, answers.
  package mutating func restart() {
    store.removeAll()
    nonces.forgetAll()
    transactions.removeAll()
  }

  // MARK: - Inputs

  /// Takes one message; responses and ACK are ignored, as is what is no SIP.
  ///
  /// - Parameter stream: the number of the connection that it came on; nil for a datagram. Nothing is repeated
  ///   on a stream, so there every request is new (RFC 3261, 17.2.2: timer J is 0).
  package mutating func receive(
    _ bytes: UnsafeRawBufferPointer,
    from source: Endpoint,
    on stream: Int? = nil,
    at now: Instant,
    using random: inout some RandomNumberGenerator,
    into actions: inout [RegistrarAction]
  ) {
    var fault: MessageError?
    do throws(MessageError) {
      let isStream = stream != nil
      try index.parse(bytes, headLimit: isStream ? MessageLimits.streamHead : MessageLimits.datagramHead)
    } catch {
      fault = error
    }
    let request = MessageView(bytes: bytes, index: index)
    guard let method = request.method, !method.isEqual(to: "ACK"), request.value(.via) != nil else { return }
    log.count()
    let path = stream.map(AnswerPath.stream) ?? .datagram(to: destination(of: request, source))
    let key = stream == nil ? ServerTransactions.Key(request) : nil
    if let key, let answer = transactions.answer(to: key, at: now) {
      note(bytes, source, stream, Answer(status: nil), isCopy: true, at: now)
      if !answer.isEmpty { actions.append(path.action(answer)) }
      return
    }
    var exchange = Exchange(request: request, source: source, now: now, tag: random.next(), key: key)
    let answer = answer(&exchange, fault: fault, using: &random)
    note(bytes, source, stream, answer, isCopy: false, at: now)
    deliver(exchange, answer, by: path, into: &actions)
  }

  /// Sends the delayed answers that are due.
  package mutating func timerFired(at now: Instant, into actions: inout [RegistrarAction]) {
    while let due = delayed.next(at: now) {
      if let key = due.key { transactions.store(key, answer: due.answer, at: now) }
      actions.append(due.path.action(due.answer))
    }
    if let next = delayed.earliest { actions.append(.wake(at: next)) }
  }

  // MARK: - Outputs

  private mutating func deliver(
    _ exchange: Exchange,
    _ answer: Answer,
    by path: AnswerPath,
    into actions: inout [RegistrarAction]
  ) {
    // A request that was lost leaves no trace: its copy is new.
    guard answer.status != nil else { return }
    let isLost = exchange.effects.contains(.loseAnswer)
    let wait = exchange.delay
    if let key = exchange.key {
      transactions.store(key, answer: wait > .zero ? [] : writer.bytes, at: exchange.now)
    }
    if isLost { return }
    if wait > .zero {
      let due = exchange.now + wait
      if delayed.add(writer.bytes, by: path, key: exchange.key, at: due) { actions.append(.wake(at: due)) }
    } else {
      actions.append(path.action(writer.bytes))
    }
  }

  /// Where a datagram's answer goes: to the source's port with `rport`, else to the port of the sent-by (RFC 3581, 4;
  /// RFC 3261, 18.2.2).
  private func destination(of request: MessageView, _ source: Endpoint) -> Endpoint {
    guard let via = request.topVia, via.rport == .absent else { return source }
    return Endpoint(address: source.address, port: via.sentByPort ?? Transport.udp.defaultPort)
  }

  private mutating func note(
    _ bytes: UnsafeRawBufferPointer,
    _ source: Endpoint,
    _ stream: Int?,
    _ answer: Answer,
    isCopy: Bool,
    at now: Instant
  ) {
    guard log.isOn else { return }
    log.add(
      ReceivedRequest(
        at: now,
        source: source,
        stream: stream,
        status: answer.status,
        isCopy: isCopy,
        user: answer.user,
        bytes: Array(bytes)
      )
    )
  }
}
