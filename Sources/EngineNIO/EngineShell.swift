import NIOCore
import NIOPosix
import Reconcile
import SIP
import SIPTransport

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

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

  private var machine: EngineMachine
  private let settings: NIOEngine.Settings
  private let loop: any EventLoop
  private let binder: DatagramBinder
  private let resolver: AresResolver
  private let continuation: AsyncStream<[RegistrationEvent]>.Continuation
  private var listener: DatagramFlow?
  private var flows: [Int: DatagramFlow] = [:]
  private var timer: (task: Scheduled<Void>, at: Instant)?
  private var queries: [Int: Collected<LiveState>] = [:]
  private var withdrawals: [Int: Collected<WithdrawalResult>] = [:]
  private var nextTicket = 0
  private var isShutDown = false
  /// When events were handed out last.
  private var lastTold = Instant(nanoseconds: 0)
  private var willTell = false
  private var isSettling = false

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
    continuation = events
    let timers = TransactionTimers(t1: settings.timers.t1, t2: settings.timers.t2, t4: settings.timers.t4)
    let machineSettings = EngineMachine.Settings(
      userAgent: settings.userAgent,
      advertise: settings.advertise,
      timers: timers,
      limits: settings.limits,
      onlyServer: settings.onlyServer
    )
    machine = EngineMachine(
      settings: machineSettings,
      random: settings.seed.map(RandomSource.init(seed:)) ?? RandomSource(),
      at: EngineShell.now
    )
  }

  static var now: Instant { Instant(nanoseconds: Int64(NIODeadline.now().uptimeNanoseconds)) }

  private var owner: NIOLoopBound<any DatagramFlowOwner> {
    NIOLoopBound(self as any DatagramFlowOwner, eventLoop: loop)
  }

  /// Opens the socket that hears everybody.
  func listen() -> EventLoopFuture<Void> {
    do {
      let endpoint = settings.bind ?? Endpoint(address: .ipv4(IPv4Address(value: 0)), port: 0)
      let address = try SocketAddress(endpoint)
      return binder.listen(on: address, owner: owner).assumeIsolated().map { flow in
        self.listener = flow.value
      }.nonisolated()
    } catch {
      return loop.makeFailedFuture(error)
    }
  }

  var listenAddress: Endpoint? { listener?.local }
}

// MARK: - Calls

extension EngineShell {
  func add(_ accounts: [AccountAddition]) throws(EngineError) {
    try check()
    try machine.add(accounts, at: EngineShell.now)
    settle()
  }

  func setDefaultAccount(_ id: AccountID?) throws(EngineError) {
    try check()
    if let id, machine.slotByAccount[id] == nil { throw .unknownAccount(id) }
    machine.defaultAccount = id
  }

  func edit(_ id: AccountID) throws(EngineError) -> AccountEdit {
    try check()
    return try machine.edit(id)
  }

  func done(_ edit: AccountEdit) throws(EngineError) {
    try check()
    try machine.done(edit, at: EngineShell.now)
    settle()
  }

  func refresh(_ ids: [AccountID]) throws(EngineError) {
    try check()
    try machine.refresh(ids, at: EngineShell.now)
    settle()
  }

  func forget(_ ids: [AccountID]) throws(EngineError) {
    try check()
    try machine.forget(ids, at: EngineShell.now)
    settle()
  }

  func query(_ list: [BindingQuery], then finish: @escaping ([LiveState]) -> Void) {
    guard !list.isEmpty, !isShutDown else {
      return finish(EngineShell.unanswered(list))
    }
    let ticket = takeTicket()
    queries[ticket] = Collected(count: list.count, finish: finish)
    for (position, query) in list.enumerated() {
      machine.query(query, ticket: ticket, position: position, at: EngineShell.now)
    }
    machine.pump(at: EngineShell.now)
    settle()
  }

  func withdraw(_ list: [Withdrawal], then finish: @escaping ([WithdrawalResult]) -> Void) {
    guard !list.isEmpty, !isShutDown else {
      return finish(EngineShell.unanswered(list))
    }
    let ticket = takeTicket()
    withdrawals[ticket] = Collected(count: list.count, finish: finish)
    for (position, withdrawal) in list.enumerated() {
      machine.withdraw(withdrawal, ticket: ticket, position: position, at: EngineShell.now)
    }
    machine.pump(at: EngineShell.now)
    settle()
  }

  func shutdown() {
    guard !isShutDown else { return }
    isShutDown = true
    timer?.task.cancel()
    listener?.close()
    for flow in flows.values { flow.close() }
    for query in queries.values { query.finish(filling: .unknown("the engine has stopped")) }
    for withdrawal in withdrawals.values {
      withdrawal.finish(filling: WithdrawalResult(failure: .transport("the engine has stopped"), cseq: 0))
    }
    tell()
    continuation.finish()
  }

  /// What is said of questions that come after the engine's end.
  static func unanswered(_ list: [BindingQuery]) -> [LiveState] {
    list.map { _ in .unknown("the engine has stopped") }
  }

  static func unanswered(_ list: [Withdrawal]) -> [WithdrawalResult] {
    list.map {
      WithdrawalResult(failure: .transport("the engine has stopped"), cseq: $0.sequence.lastCSeq)
    }
  }

  private func check() throws(EngineError) { if isShutDown { throw .shutDown } }

  private func takeTicket() -> Int {
    nextTicket += 1
    return nextTicket
  }
}

// MARK: - Carrying out

extension EngineShell {
  /// Does what the last input asked for: the only place that acts.
  ///
  /// Some of it ends at once and is an input of its own; the outermost call then carries out that too.
  private func settle() {
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
      for flow in flows.values {
        flow.flush()
        flow.expectsMany = expectsMany
      }
      listener?.flush()
    } while !machine.actions.isEmpty
    if !machine.events.isEmpty { tellIfDue() }
    armTimer()
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

  private func tell() {
    guard !machine.events.isEmpty else { return }
    lastTold = EngineShell.now
    continuation.yield(machine.events)
    machine.events.removeAll(keepingCapacity: false)
  }

  private func perform(_ action: EngineMachine.Action) {
    switch action {
    case .look(let query): look(up: query)
    case .warn(let warning): settings.warn?(warning.description)
    case .open(let flow, let server): open(flow, to: server)
    case .send(let flow, let exchange): send(exchange, over: flow)
    case .answer(let flow, let bytes, let peer): answer(bytes, to: peer, over: flow)
    case .ask(let request): ask(request)
    case .queryEnded(let ticket, let position, let state):
      if queries[ticket]?.set(state, at: position) == true { queries[ticket] = nil }
    case .withdrawalEnded(let ticket, let position, let result):
      if withdrawals[ticket]?.set(result, at: position) == true { withdrawals[ticket] = nil }
    }
  }

  private func send(_ exchange: Int, over flow: Int) {
    guard let socket = flows[flow] else { return }
    let bytes = machine.exchanges[exchange].bytes
    if let trace = settings.trace, let server = socket.server {
      trace(TraceRecord(.sent, peer: server, bytes: bytes))
    }
    socket.send(bytes)
  }

  private func answer(_ bytes: [UInt8], to peer: Endpoint, over flow: Int?) {
    if let trace = settings.trace { trace(TraceRecord(.sent, peer: peer, bytes: bytes)) }
    if let flow, let socket = flows[flow] { return socket.send(bytes) }
    do {
      try listener?.send(bytes, to: peer)
    } catch {
      // A peer whose address cannot be written to gets no answer; it will not wait for one either.
      machine.droppedMessages += 1
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

  private func open(_ flow: Int, to server: Endpoint) {
    let port = listener?.local?.port ?? 0
    binder.connect(to: server, from: port, number: flow, owner: owner).assumeIsolated().whenComplete {
      result in
      switch result.flatMap(EngineShell.withAddress) {
      case .success((let socket, let local)):
        self.flows[flow] = socket
        self.machine.opened(flow, local: local, at: EngineShell.now)
      case .failure(let error):
        self.machine.flowFailed(
          flow,
          reason: SystemWords.describe(error),
          isClosed: true,
          at: EngineShell.now
        )
      }
      self.settle()
    }
  }

  /// A socket and our own address on it, which every Via and most contacts show.
  private static func withAddress(
    _ socket: NIOLoopBound<DatagramFlow>
  ) -> Result<(DatagramFlow, Endpoint), any Error> {
    guard let local = socket.value.local else {
      return .failure(IOError(errnoCode: EADDRNOTAVAIL, reason: "the socket has no address"))
    }
    return .success((socket.value, local))
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
      self.machine.timersFired(at: EngineShell.now)
      self.settle()
    }
    timer = (task, deadline)
  }
}

extension EngineShell: DatagramFlowOwner {
  func received(_ bytes: UnsafeRawBufferPointer, from peer: Endpoint, on flow: DatagramFlow) {
    if let trace = settings.trace { trace(TraceRecord(.received, peer: peer, bytes: bytes)) }
    machine.receive(bytes, from: peer, flow: flow.number, at: EngineShell.now)
  }

  func receivedAll(on flow: DatagramFlow) {
    machine.pump(at: EngineShell.now)
    settle()
  }

  func failed(_ flow: DatagramFlow, reason: String, isClosed: Bool) {
    guard let number = flow.number, !isShutDown else { return }
    if isClosed { flows[number] = nil }
    machine.flowFailed(number, reason: reason, isClosed: isClosed, at: EngineShell.now)
    settle()
  }
}

/// The results of one call that come one by one, in the order of the call.
private final class Collected<Value> {
  private var values: [Value?]
  private var missing: Int
  private let done: ([Value]) -> Void

  init(count: Int, finish: @escaping ([Value]) -> Void) {
    values = Array(repeating: nil, count: count)
    missing = count
    done = finish
  }

  /// True once all are there.
  func set(_ value: Value, at position: Int) -> Bool {
    guard values[position] == nil else { return missing == 0 }
    values[position] = value
    missing -= 1
    if missing == 0 { done(values.compactMap { $0 }) }
    return missing == 0
  }

  func finish(filling value: Value) {
    guard missing > 0 else { return }
    missing = 0
    done(values.map { $0 ?? value })
  }
}
