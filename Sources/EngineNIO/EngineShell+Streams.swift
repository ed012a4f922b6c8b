import NIOCore
import Reconcile
import SIP
import SIPTransport

// Connections: those that we open, and those that others open to reach our contacts.

extension EngineShell {
  /// How many connections others may hold open to us.
  private static let acceptedConnections = 1024

  /// Begins to accept connections on the port of our UDP socket before the first flow of TCP is opened, so that
  /// its contacts say where. Where that port is taken, contacts stand for the connection itself.
  func whenAccepting(_ next: @escaping (EngineShell) -> Void) {
    guard acceptor == nil, let address = listener?.local else { return next(self) }
    let acceptor = StreamAcceptor(
      loop: loop,
      settings: settings.streams,
      capacity: EngineShell.acceptedConnections,
      owner: self
    )
    self.acceptor = acceptor
    acceptor.listen(on: address, transport: .tcp).assumeIsolated().whenComplete { result in
      guard !self.isShutDown else { return acceptor.close() }
      switch result {
      case .success(let local): self.machine.streamPort = local.port
      case .failure(let error):
        let reason = SystemWords.describe(error)
        self.settings.warn?(
          "\(address) takes no connections of TCP (\(reason)): calls come over our own connections only"
        )
      }
      next(self)
    }
  }

  func openStream(_ number: Int) {
    let flow = machine.flows[number]
    let domain = flow.key.domain ?? flow.server.address
    var target = StreamTarget(transport: flow.transport, server: flow.server, domain: domain)
    do throws(TLSSettingsError) {
      if flow.transport.isSecure { target.tls = try trust(flow.key.tls) }
      streams[number] = connector.open(target, number: number, owner: self)
    } catch {
      machine.flowFailed(number, reason: error.description, isClosed: true, at: EngineShell.now)
      settle()
    }
  }

  /// Files that have changed count for connections from now on. A failure is not kept: the file may be there
  /// next time; while renewed files cannot be used, the ones before are.
  private func trust(_ declared: Reconcile.TLSSettings?) throws(TLSSettingsError) -> TLSContext {
    let settings = SIPTransport.TLSSettings(declared)
    let files = TLSFileStamps(settings)
    let known = trust[settings]
    if let known, known.files == files { return known.context }
    do throws(TLSSettingsError) {
      let context = try TLSContext(settings)
      trust[settings] = (files, context)
      return context
    } catch {
      guard let known else { throw error }
      self.settings.warn?("\(error.description): the files that were read before are used")
      return known.context
    }
  }
}

extension EngineShell: StreamFlowOwner {
  func opened(_ flow: StreamFlow) {
    guard !flow.isAccepted else {
      accepted[flow.number] = flow
      return
    }
    guard let local = flow.local else {
      flow.close()
      return failed(flow, failure: FlowFailure(.localAddress, "the connection has no local address"))
    }
    machine.opened(flow.number, local: local, at: EngineShell.now)
    settle()
  }

  func received(_ bytes: UnsafeRawBufferPointer, hasLength: Bool, on flow: StreamFlow) {
    if let trace = settings.trace { trace(TraceRecord(.received, peer: flow.peer, bytes: bytes)) }
    if !hasLength, warnedPeers.insert(flow.peer).inserted {
      settings.warn?(
        "\(flow.peer) sent a message without Content-Length over \(flow.transport.viaName): taken as empty"
      )
    }
    let arrival: EngineMachine.Arrival = flow.isAccepted ? .accepted(flow.number) : .flow(flow.number)
    machine.receive(bytes, from: flow.peer, by: arrival, at: EngineShell.now)
  }

  func receivedPong(on flow: StreamFlow) {
    if !flow.isAccepted { machine.receivePong(on: flow.number, at: EngineShell.now) }
  }

  func receivedAll(on flow: StreamFlow) {
    if flow.isAccepted {
      machine.pump(at: EngineShell.now)
    } else {
      machine.receivedAll(on: flow.number, isReceiving: flow.isReceiving, at: EngineShell.now)
    }
    settle()
  }

  func failed(_ flow: StreamFlow, failure: FlowFailure) { ended(flow, failure) }

  func closed(_ flow: StreamFlow, failure: FlowFailure) { ended(flow, failure) }

  private func ended(_ flow: StreamFlow, _ failure: FlowFailure) {
    guard !isShutDown else { return }
    guard !flow.isAccepted else {
      accepted[flow.number] = nil
      return
    }
    streams[flow.number] = nil
    machine.flowFailed(flow.number, reason: failure.reason, isClosed: true, at: EngineShell.now)
    settle()
  }
}
