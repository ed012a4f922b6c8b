import NIOCore
import SIP
import SIPTransport

/// The side of one probe that touches the world: one flow and one timer, on one event loop.
///
/// Whoever made it keeps it until `finish` was called, which is once.
final class ProbeShell {
  private var machine: OptionsProbe
  private let target: Target
  private let loop: any EventLoop
  private let trace: (@Sendable (TraceRecord) -> Void)?
  private let finish: (ProbeResult) -> Void
  private var datagrams: DatagramFlow?
  private var stream: StreamFlow?
  private var timer: Scheduled<Void>?
  private var isOver = false

  init(
    _ machine: OptionsProbe,
    to target: Target,
    loop: any EventLoop,
    trace: (@Sendable (TraceRecord) -> Void)?,
    finish: @escaping (ProbeResult) -> Void
  ) {
    self.machine = machine
    self.target = target
    self.loop = loop
    self.trace = trace
    self.finish = finish
  }

  private var now: Instant { EngineShell.now }

  func open(_ binder: DatagramBinder) {
    let owner = NIOLoopBound(self as any DatagramFlowOwner, eventLoop: loop)
    binder.connect(to: target.server.endpoint, from: 0, number: 0, owner: owner).assumeIsolated()
      .whenComplete { result in
        switch result {
        case .success(let bound): self.opened(bound.value)
        case .failure(let error):
          self.fail(FlowFailure(.unreachable, SystemWords.describe(error)), shown: nil)
        }
      }
  }

  private func opened(_ flow: DatagramFlow) {
    guard !isOver, let local = flow.local else { return flow.close() }
    datagrams = flow
    perform(machine.opened(local: local, certificate: nil, at: now))
  }

  func open(_ connector: StreamConnector, _ stream: StreamTarget) {
    self.stream = connector.open(stream, number: 0, owner: self)
  }

  func fail(_ failure: FlowFailure, shown certificate: ShownCertificate?) {
    perform(machine.failed(failure, certificate: certificate))
  }

  func cutOff() { perform(machine.cutOff()) }

  private func perform(_ actions: [OptionsProbe.Action]) {
    for action in actions {
      switch action {
      case .send(let bytes): send(bytes)
      case .wake(let moment):
        timer?.cancel()
        timer = loop.assumeIsolated().scheduleTask(
          deadline: .uptimeNanoseconds(UInt64(max(0, moment.nanoseconds)))
        ) { self.perform(self.machine.timerFired(at: self.now)) }
      case .end(let result):
        isOver = true
        timer?.cancel()
        datagrams?.close()
        stream?.close()
        finish(result)
      }
    }
  }

  private func send(_ bytes: [UInt8]) {
    trace?(TraceRecord(.sent, peer: target.server.endpoint, bytes: bytes))
    datagrams?.send(bytes)
    datagrams?.flush()
    stream?.send(bytes)
    stream?.flush()
  }

  private func received(_ bytes: UnsafeRawBufferPointer) {
    trace?(TraceRecord(.received, peer: target.server.endpoint, bytes: bytes))
    perform(machine.receive(bytes, at: now))
  }
}

extension ProbeShell: DatagramFlowOwner {
  func received(_ bytes: UnsafeRawBufferPointer, from peer: Endpoint, on flow: DatagramFlow) {
    received(bytes)
  }
  func receivedAll(on flow: DatagramFlow) {}

  func failed(_ flow: DatagramFlow, reason: String, isClosed: Bool) {
    fail(FlowFailure(.refused, "nothing takes datagrams there: \(reason)"), shown: nil)
  }
}

extension ProbeShell: StreamFlowOwner {
  func opened(_ flow: StreamFlow) {
    guard let local = flow.local else { return }
    perform(machine.opened(local: local, certificate: flow.shownCertificate, at: now))
  }

  func received(_ bytes: UnsafeRawBufferPointer, hasLength: Bool, on flow: StreamFlow) { received(bytes) }
  func receivedPong(on flow: StreamFlow) {}
  func receivedAll(on flow: StreamFlow) {}
  func failed(_ flow: StreamFlow, failure: FlowFailure) { fail(failure, shown: flow.shownCertificate) }
  func closed(_ flow: StreamFlow, failure: FlowFailure) { fail(failure, shown: flow.shownCertificate) }
}
