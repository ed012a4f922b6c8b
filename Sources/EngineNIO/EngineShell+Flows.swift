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

// How flows are opened, and what goes over them.

extension EngineShell {
  func open(_ flow: Int) {
    switch machine.flows[flow].transport {
    case .udp: openSocket(flow, to: machine.flows[flow].server)
    case .tcp: whenAccepting { $0.openStream(flow) }
    case .tls, .ws, .wss: openStream(flow)
    }
  }

  private func openSocket(_ flow: Int, to server: Endpoint) {
    let port = listener?.local?.port ?? 0
    binder.connect(to: server, from: port, number: flow, owner: owner).assumeIsolated().whenComplete {
      result in
      switch result.flatMap(EngineShell.withAddress) {
      case .success((let socket, let local)):
        socket.expectsMany = self.expectsMany
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

  func send(_ exchange: Int, over flow: Int) {
    let bytes = machine.exchanges[exchange].bytes
    if let trace = settings.trace {
      trace(TraceRecord(.sent, peer: machine.flows[flow].server, bytes: bytes))
    }
    send(bytes, over: flow)
  }

  private func markUnflushed(_ flow: Int) {
    if unflushed.last != flow { unflushed.append(flow) }
  }

  private func send(_ bytes: [UInt8], over flow: Int) {
    markUnflushed(flow)
    if let stream = streams[flow] { stream.send(bytes) } else { flows[flow]?.send(bytes) }
  }

  /// On a stream CRLFCRLF; a datagram with nothing in it keeps a NAT's mapping open, and nobody reads it
  /// (RFC 5626, 4.4.1 forbids the CRLFs there).
  func ping(_ flow: Int) {
    markUnflushed(flow)
    if let stream = streams[flow] { stream.sendPing() } else { flows[flow]?.send([]) }
  }

  func answer(_ bytes: [UInt8], to peer: Endpoint, over arrival: EngineMachine.Arrival) {
    if let trace = settings.trace { trace(TraceRecord(.sent, peer: peer, bytes: bytes)) }
    switch arrival {
    case .flow(let flow): return send(bytes, over: flow)
    case .accepted(let number):
      unflushedAccepted.append(number)
      accepted[number]?.send(bytes)
    case .listener: answer(bytes, to: peer)
    }
  }

  private func answer(_ bytes: [UInt8], to peer: Endpoint) {
    do {
      try listener?.send(bytes, to: peer)
    } catch {
      // A peer whose address cannot be written to gets no answer; it will not wait for one either.
      machine.droppedMessages += 1
    }
  }
}

extension EngineShell: DatagramFlowOwner {
  func received(_ bytes: UnsafeRawBufferPointer, from peer: Endpoint, on flow: DatagramFlow) {
    if let trace = settings.trace { trace(TraceRecord(.received, peer: peer, bytes: bytes)) }
    let arrival = flow.number.map(EngineMachine.Arrival.flow) ?? .listener
    machine.receive(bytes, from: peer, by: arrival, at: EngineShell.now)
  }

  func receivedAll(on flow: DatagramFlow) {
    machine.pump(at: EngineShell.now)
    settle()
  }

  func failed(_ flow: DatagramFlow, reason: String, isClosed: Bool) {
    // One that was closed on purpose may have a successor of the same number by now.
    guard let number = flow.number, flows[number] === flow, !isShutDown else { return }
    if isClosed { flows[number] = nil }
    machine.flowFailed(number, reason: reason, isClosed: isClosed, at: EngineShell.now)
    checkAddressIfDue()
    settle()
  }
}
