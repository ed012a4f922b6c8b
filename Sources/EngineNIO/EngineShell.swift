import NIOCore
import NIOPosix
import Reconcile
import SIP
import SIPTransport

/// The side of the engine that touches the world: sockets, the clock and one timer, on one event loop.
///
/// Every method is called on the loop. After each input it carries out what the machine asks for, sends all
/// datagrams with one flush a flow, and hands the events out in batches.
final class EngineShell {
  /// While events follow each other closely, a batch is handed out once in this time, or once there are so
  /// many: each batch wakes another thread.
  private static let eventInterval = Duration.milliseconds(5)
  private static let eventBatch = 2048
  /// So many requests in flight are answered by the dozen.
  private static let many = 64

  var machine: EngineMachine
  let settings: NIOEngine.Settings
  let loop: any EventLoop
  let binder: DatagramBinder
  let resolver: AresResolver
  let continuation: AsyncStream<[RegistrationEvent]>.Continuation
  var listener: DatagramFlow?
  var flows: [Int: DatagramFlow] = [:]
  var streams: [Int: StreamFlow] = [:]
  let connector: StreamConnector
  /// Accepts the connections of those who want to reach our contacts over TCP; made with the first such flow.
  var acceptor: StreamAcceptor?
  /// Connections that others opened, by their own numbers.
  var accepted: [Int: StreamFlow] = [:]
  /// The flows that something was written to and that are not flushed; one may be named twice.
  var unflushed: [Int] = []
  var unflushedAccepted: [Int] = []
  /// What the flows were told of how much to expect.
  var expectsMany = false
  /// Made once for each way to trust, for it reads files; made again once the files have changed.
  var trust: [SIPTransport.TLSSettings: (files: TLSFileStamps, context: TLSContext)] = [:]
  /// Servers that were told of for a message without Content-Length.
  var warnedPeers: Set<Endpoint> = []
  var timer: (task: Scheduled<Void>, at: Instant)?
  var queries: [Int: Collected<LiveState>] = [:]
  var withdrawals: [Int: Collected<WithdrawalResult>] = [:]
  var nextTicket = 0
  var isShutDown = false
  /// When events were handed out last.
  var lastTold = Instant(nanoseconds: 0)
  var willTell = false
  var isSettling = false
  /// When our addresses were looked at last.
  var addressCheckedAt = Instant(nanoseconds: 0)

  init(
    _ settings: NIOEngine.Settings,
    loop: any EventLoop,
    resolver: AresResolver,
    events: AsyncStream<[RegistrationEvent]>.Continuation
  ) {
    self.settings = settings
    self.loop = loop
    self.resolver = resolver
    binder = DatagramBinder(loop: loop)
    connector = StreamConnector(loop: loop, settings: settings.streams)
    continuation = events
    let timers = TransactionTimers(t1: settings.timers.t1, t2: settings.timers.t2, t4: settings.timers.t4)
    let machineSettings = EngineMachine.Settings(
      userAgent: settings.userAgent,
      advertise: settings.advertise,
      learnsContacts: settings.learnsContacts,
      stays: settings.followsAddress,
      offersOverloadControl: settings.offersOverloadControl,
      timers: timers,
      limits: settings.limits,
      onlyServer: settings.onlyServer.map { Target.Server($0, settings.onlyTransport) },
      tls: settings.tls,
      namesTLS: settings.namesTLS,
      localAddresses: .chosen(settings.localAddresses, nameServers: settings.nameServers),
      challenges: settings.challenges,
      knownChallenges: settings.knownChallenges
    )
    machine = EngineMachine(
      settings: machineSettings,
      random: settings.seed.map(RandomSource.init(seed:)) ?? RandomSource(),
      at: EngineShell.now
    )
  }

  static var now: Instant { Instant(nanoseconds: Int64(NIODeadline.now().uptimeNanoseconds)) }

  var owner: NIOLoopBound<any DatagramFlowOwner> {
    NIOLoopBound(self as any DatagramFlowOwner, eventLoop: loop)
  }

  /// Opens the socket that hears everybody.
  func listen() -> EventLoopFuture<Void> {
    do {
      let endpoint = settings.bind ?? Endpoint(address: .ipv4(IPv4Address(value: 0)), port: 0)
      let address = try SocketAddress(endpoint)
      return binder.listen(on: address, sharesPort: true, owner: owner).assumeIsolated().map { flow in
        self.listener = flow.value
        self.checkAddress()
      }.nonisolated()
    } catch {
      return loop.makeFailedFuture(error)
    }
  }

  var listenAddress: Endpoint? { listener?.local }
}

// MARK: - Carrying out

extension EngineShell {
  /// Does what the last input asked for: the only place that acts.
  ///
  /// Some of it ends at once and is an input of its own; the outermost call then carries out that too.
  func settle() {
    guard !isSettling else { return }
    isSettling = true
    defer { isSettling = false }
    repeat {
      var performed = 0
      while performed < machine.actions.count {
        perform(machine.actions[performed])
        performed += 1
      }
      machine.actions.removeAll(keepingCapacity: true)
      // A socket that refuses to send says so here and now, and that may ask for more.
      let expectsMany = machine.requestsInFlight >= EngineShell.many
      if expectsMany != self.expectsMany {
        self.expectsMany = expectsMany
        for flow in flows.values { flow.expectsMany = expectsMany }
      }
      flush()
    } while !machine.actions.isEmpty
    if !machine.events.isEmpty { tellIfDue() }
    armTimer()
  }

  /// Flushes what was written to in this turn: of many open flows, most have nothing to say.
  private func flush() {
    for number in unflushed {
      if let stream = streams[number] { stream.flush() } else { flows[number]?.flush() }
    }
    unflushed.removeAll(keepingCapacity: true)
    for number in unflushedAccepted { accepted[number]?.flush() }
    unflushedAccepted.removeAll(keepingCapacity: true)
    listener?.flush()
  }

  /// Hands events out at once after a quiet time, and else when the interval has passed.
  private func tellIfDue() {
    let isDue = EngineShell.now - lastTold >= EngineShell.eventInterval
    guard !isDue, machine.events.count < EngineShell.eventBatch else { return tell() }
    guard !willTell else { return }
    willTell = true
    let wait = TimeAmount.nanoseconds(EngineShell.eventInterval.nanoseconds)
    loop.assumeIsolated().scheduleTask(in: wait) {
      self.willTell = false
      self.tell()
    }
  }

  func tell() {
    guard !machine.events.isEmpty else { return }
    lastTold = EngineShell.now
    continuation.yield(machine.events)
    machine.events.removeAll(keepingCapacity: false)
  }

  private func perform(_ action: EngineMachine.Action) {
    switch action {
    case .look(let query): look(up: query)
    case .warn(let warning): settings.warn?(warning.description)
    case .learnt(let challenge): settings.learnt?(challenge)
    case .open(let flow): open(flow)
    case .close(let flow):
      streams.removeValue(forKey: flow)?.close()
      flows.removeValue(forKey: flow)?.close()
    case .ping(let flow): ping(flow)
    case .send(let flow, let exchange): send(exchange, over: flow)
    case .answer(let arrival, let bytes, let peer): answer(bytes, to: peer, over: arrival)
    case .ask(let request): ask(request)
    case .queryEnded(let ticket, let position, let state):
      if queries[ticket]?.set(state, at: position) == true { queries[ticket] = nil }
    case .withdrawalEnded(let ticket, let position, let result):
      if withdrawals[ticket]?.set(result, at: position) == true { withdrawals[ticket] = nil }
    }
  }

  private func look(up query: DNSQuery) {
    let shell = NIOLoopBound(self, eventLoop: loop)
    resolver.look(up: query) { [loop] result in
      loop.execute { shell.value.answered(query, result) }
    }
  }

  private func answered(_ query: DNSQuery, _ result: DNSResult) {
    guard !isShutDown else { return }
    machine.answered(query, result, at: EngineShell.now)
    settle()
  }

  private func ask(_ request: CredentialRequest) {
    guard let provider = settings.credentialProvider else {
      return machine.supply(nil, for: request, at: EngineShell.now)
    }
    let promise = loop.makePromise(of: Credential?.self)
    promise.completeWithTask { await provider.credential(for: request) }
    promise.futureResult.assumeIsolated().whenSuccess { credential in
      self.machine.supply(credential, for: request, at: EngineShell.now)
      self.settle()
    }
  }

  /// One timer for the whole engine: the machine's next deadline.
  private func armTimer() {
    guard !isShutDown, let deadline = machine.nextDeadline else { return }
    if let timer, timer.at <= deadline { return }
    timer?.task.cancel()
    let task = loop.assumeIsolated().scheduleTask(
      deadline: .uptimeNanoseconds(UInt64(max(0, deadline.nanoseconds)))
    ) {
      self.timer = nil
      self.checkAddressIfDue()
      self.machine.timersFired(at: EngineShell.now)
      self.settle()
    }
    timer = (task, deadline)
  }
}
