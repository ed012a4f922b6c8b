import NIOCore
import NIOPosix
import SIP
import SIPTransport

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The side of the registrar that touches the world: sockets, the clock and one timer, on one event loop.
final class RegistrarShell {
  var core: RegistrarCore
  private var random: RandomSource
  private let loop: any EventLoop
  private var flows: [DatagramFlow] = []
  private var acceptor: StreamAcceptor?
  /// The open connections by number.
  private var streams: [Int: StreamFlow] = [:]
  private var timer: Scheduled<Void>?
  /// Reused, so that a request costs no array of its own.
  private var actions: [RegistrarAction] = []

  init(core: RegistrarCore, random: RandomSource, loop: any EventLoop) {
    self.core = core
    self.random = random
    self.loop = loop
  }

  private var now: Instant { Instant(nanoseconds: Int64(NIODeadline.now().uptimeNanoseconds)) }

  var bindings: [RegisteredBinding] { core.bindings(at: now) }

  var storedBindings: [StoredBinding] { core.storedBindings(at: now) }

  var connectionCount: Int { acceptor?.count ?? 0 }

  func restore(_ bindings: [StoredBinding]) { core.restore(bindings, at: now) }

  func start(on address: RegistrarAddress, tls: TLSServerContext?) -> EventLoopFuture<Endpoint> {
    guard address.transport == .udp else {
      let acceptor = acceptor ?? makeAcceptor()
      self.acceptor = acceptor
      return acceptor.listen(on: address.endpoint, transport: address.transport, tls: tls)
    }
    do {
      let owner = NIOLoopBound(self as any DatagramFlowOwner, eventLoop: loop)
      let socket = try SocketAddress(address.endpoint)
      let binder = DatagramBinder(loop: loop)
      return binder.listen(on: socket, sharesPort: false, owner: owner).assumeIsolated().map { flow in
        self.flows.append(flow.value)
        return flow.value.local ?? address.endpoint
      }.nonisolated()
    } catch {
      return loop.makeFailedFuture(error)
    }
  }

  private func makeAcceptor() -> StreamAcceptor {
    let limits = core.settings.limits
    var settings = StreamSettings()
    settings.idleLimit = .seconds(Int64(limits.idleSeconds))
    return StreamAcceptor(loop: loop, settings: settings, capacity: limits.connections, owner: self)
  }

  func stop() {
    timer?.cancel()
    timer = nil
    for flow in flows { flow.close() }
    flows = []
    acceptor?.close()
    for stream in streams.values { stream.close() }
    streams = [:]
  }

  /// - Parameter flow: the socket that the request came to.
  private func performAll(on flow: DatagramFlow?) {
    for action in actions { perform(action, on: flow) }
    actions.removeAll(keepingCapacity: true)
  }

  private func perform(_ action: RegistrarAction, on flow: DatagramFlow?) {
    switch action {
    case .send(let bytes, let peer):
      // What cannot be sent is lost, as datagrams are: the client sends its request again.
      do { try (flow ?? socket(for: peer))?.send(bytes, to: peer) } catch {}
    case .reply(let bytes, let stream):
      streams[stream]?.send(bytes)
    case .wake(let at):
      timer?.cancel()
      let deadline = NIODeadline.uptimeNanoseconds(UInt64(max(0, at.nanoseconds)))
      timer = loop.assumeIsolated().scheduleTask(deadline: deadline) { self.timerFired() }
    }
  }

  /// The socket for a delayed answer: the first one of the peer's kind of address.
  private func socket(for peer: Endpoint) -> DatagramFlow? {
    let isIPv6 = if case .ipv6 = peer.address { true } else { false }
    return flows.first { flow in
      guard case .ipv6? = flow.local?.address else { return !isIPv6 }
      return isIPv6
    }
  }

  private func timerFired() {
    timer = nil
    core.timerFired(at: now, into: &actions)
    performAll(on: nil)
    for flow in flows { flow.flush() }
    for stream in streams.values { stream.flush() }
  }
}

extension RegistrarShell: DatagramFlowOwner {
  func received(_ bytes: UnsafeRawBufferPointer, from peer: Endpoint, on flow: DatagramFlow) {
    core.receive(bytes, from: peer, at: now, using: &random, into: &actions)
    performAll(on: flow)
  }

  func receivedAll(on flow: DatagramFlow) { flow.flush() }

  /// An answer that nobody takes is no failure of the registrar.
  func failed(_ flow: DatagramFlow, reason: String, isClosed: Bool) {}
}

extension RegistrarShell: StreamFlowOwner {
  func opened(_ flow: StreamFlow) { streams[flow.number] = flow }

  func received(_ bytes: UnsafeRawBufferPointer, hasLength: Bool, on flow: StreamFlow) {
    core.receive(bytes, from: flow.peer, on: flow.number, at: now, using: &random, into: &actions)
    performAll(on: nil)
  }

  func receivedPong(on flow: StreamFlow) {}

  /// The flow sends by itself what came of a batch.
  func receivedAll(on flow: StreamFlow) {}

  func failed(_ flow: StreamFlow, failure: FlowFailure) {}

  func closed(_ flow: StreamFlow, failure: FlowFailure) { streams[flow.number] = nil }
}

extension RegistrarServer {
  /// The wall clock at the loop's time zero, in seconds since 1970.
  package static var origin: Int64 {
    Int64(time(nil)) - Int64(NIODeadline.now().uptimeNanoseconds / 1_000_000_000)
  }
}
