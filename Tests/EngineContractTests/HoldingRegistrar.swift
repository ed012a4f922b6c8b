import EmbeddedRegistrar
import NIOCore
import NIOPosix
import Reconcile
import SIP
import SIPTransport

/// The embedded registrar's core on a socket whose answers a test can keep back, one account at a time.
///
/// Every method is called on the loop. An account is known by the user part of its identity.
final class HoldingRegistrar {
  private struct Waiter {
    var account: AccountID
    var count: Int
    var promise: EventLoopPromise<Void>
  }

  private var core = RegistrarCore(settings: RegistrarSettings())
  private var random = RandomSource(seed: 1)
  private let loop: any EventLoop
  private var flow: DatagramFlow?
  private var acceptor: StreamAcceptor?
  private var streams: [Int: StreamFlow] = [:]
  private var answers: [AccountID: [UInt16?]] = [:]
  /// Answers that are kept back, for each account on hold.
  private var held: [AccountID: [RegistrarAction]] = [:]
  private var waiters: [Waiter] = []
  private(set) var received: [AccountID] = []

  init(loop: any EventLoop) { self.loop = loop }

  private var now: Instant { Instant(nanoseconds: Int64(NIODeadline.now().uptimeNanoseconds)) }

  /// Binds a free port of loopback.
  func start(_ transport: Transport, tls: TLSServerContext?) -> EventLoopFuture<Endpoint> {
    let endpoint = Endpoint(address: .ipv4(IPv4Address(value: 0x7f00_0001)), port: 0)
    guard transport == .udp else {
      let acceptor = StreamAcceptor(loop: loop, capacity: 64, owner: self)
      self.acceptor = acceptor
      return acceptor.listen(on: endpoint, transport: transport, tls: tls)
    }
    do {
      let address = try SocketAddress(endpoint)
      let owner = NIOLoopBound(self as any DatagramFlowOwner, eventLoop: loop)
      let binder = DatagramBinder(loop: loop)
      return binder.listen(on: address, sharesPort: false, owner: owner).assumeIsolated().map { flow in
        self.flow = flow.value
        return flow.value.local ?? endpoint
      }.nonisolated()
    } catch {
      return loop.makeFailedFuture(error)
    }
  }

  func stop() {
    for waiter in waiters { waiter.promise.fail(CancellationError()) }
    waiters = []
    flow?.close()
    flow = nil
    acceptor?.close()
    for stream in streams.values { stream.close() }
    streams = [:]
  }

  func answer(_ id: AccountID, with codes: [UInt16?]) { answers[id, default: []] += codes }

  func hold(_ id: AccountID) { if held[id] == nil { held[id] = [] } }

  func release(_ id: AccountID) {
    for action in held.removeValue(forKey: id) ?? [] { perform(action) }
    flow?.flush()
    for stream in streams.values { stream.flush() }
  }

  func untilReceived(_ count: Int, of id: AccountID) -> EventLoopFuture<Void> {
    let promise = loop.makePromise(of: Void.self)
    waiters.append(Waiter(account: id, count: count, promise: promise))
    wakeWaiters()
    return promise.futureResult
  }

  func contacts(of account: Account) -> [String] {
    let identity = AddressOfRecord(account.identity.uri)
    return core.bindings(at: now).filter { $0.identity == identity }.map(\.contact)
  }

  private func wakeWaiters() {
    let isServed = { [received] (waiter: Waiter) in
      received.count { $0 == waiter.account } >= waiter.count
    }
    let served = waiters.filter(isServed)
    waiters.removeAll(where: isServed)
    for waiter in served { waiter.promise.succeed() }
  }

  private func perform(_ action: RegistrarAction) {
    switch action {
    case .send(let bytes, let peer):
      // What cannot be sent is lost, as datagrams are: the engine sends its request again.
      do { try flow?.send(bytes, to: peer) } catch {}
    case .reply(let bytes, let stream): streams[stream]?.send(bytes)
    // This registrar has no delayed answers.
    case .wake: break
    }
  }
}

extension HoldingRegistrar: DatagramFlowOwner {
  func received(_ bytes: UnsafeRawBufferPointer, from peer: Endpoint, on flow: DatagramFlow) {
    receive(bytes, from: peer, on: nil)
  }

  private func receive(_ bytes: UnsafeRawBufferPointer, from peer: Endpoint, on stream: Int?) {
    let id = HoldingRegistrar.account(of: bytes)
    core.setFaults(FaultScript(id.flatMap { answers[$0]?.first ?? nil }.map(HoldingRegistrar.refusal) ?? []))
    var actions: [RegistrarAction] = []
    core.receive(bytes, from: peer, on: stream, at: now, using: &random, into: &actions)
    guard let id, let request = core.requests.last else { return actions.forEach(perform) }
    if held[id] != nil { held[id]? += actions } else { actions.forEach(perform) }
    guard !request.isCopy else { return }
    if answers[id]?.isEmpty == false { answers[id]?.removeFirst() }
    received.append(id)
    wakeWaiters()
  }

  func receivedAll(on flow: DatagramFlow) { flow.flush() }

  func failed(_ flow: DatagramFlow, reason: String, isClosed: Bool) {}

  private static func refusal(_ code: UInt16) -> [Fault] {
    [Fault(.answer(status: code, retryAfter: nil, minExpires: nil))]
  }

  private static func account(of bytes: UnsafeRawBufferPointer) -> AccountID? {
    var index = MessageIndex()
    do { try index.parse(bytes) } catch { return nil }
    guard let to = MessageView(bytes: bytes, index: index).to else { return nil }
    do { return try SIPURI(parsing: to.uri).user.map { AccountID($0) } } catch { return nil }
  }
}

extension HoldingRegistrar: StreamFlowOwner {
  func opened(_ flow: StreamFlow) { streams[flow.number] = flow }

  func received(_ bytes: UnsafeRawBufferPointer, hasLength: Bool, on flow: StreamFlow) {
    receive(bytes, from: flow.peer, on: flow.number)
  }

  func receivedPong(on flow: StreamFlow) {}
  func receivedAll(on flow: StreamFlow) {}
  func failed(_ flow: StreamFlow, failure: FlowFailure) {}
  func closed(_ flow: StreamFlow, failure: FlowFailure) { streams[flow.number] = nil }
}
