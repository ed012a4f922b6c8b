import NIOCore
import NIOPosix
import SIP
import SIPTransport

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The side of the registrar that touches the world: one socket, the clock and one timer, on one event loop.
final class RegistrarShell {
  var core: RegistrarCore
  private var random: RandomSource
  private let loop: any EventLoop
  private var flow: DatagramFlow?
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

  func restore(_ bindings: [StoredBinding]) { core.restore(bindings, at: now) }

  func start(on endpoint: Endpoint) -> EventLoopFuture<Endpoint> {
    do {
      let address = try SocketAddress(endpoint)
      let owner = NIOLoopBound(self as any DatagramFlowOwner, eventLoop: loop)
      return DatagramBinder(loop: loop).listen(on: address, owner: owner).assumeIsolated().map { flow in
        self.flow = flow.value
        return flow.value.local ?? endpoint
      }.nonisolated()
    } catch {
      return loop.makeFailedFuture(error)
    }
  }

  func stop() {
    timer?.cancel()
    timer = nil
    flow?.close()
    flow = nil
  }

  private func performAll() {
    for action in actions { perform(action) }
    actions.removeAll(keepingCapacity: true)
  }

  private func perform(_ action: RegistrarAction) {
    switch action {
    case .send(let bytes, let peer):
      // What cannot be sent is lost, as datagrams are: the client sends its request again.
      do { try flow?.send(bytes, to: peer) } catch {}
    case .wake(let at):
      timer?.cancel()
      let deadline = NIODeadline.uptimeNanoseconds(UInt64(max(0, at.nanoseconds)))
      timer = loop.assumeIsolated().scheduleTask(deadline: deadline) { self.timerFired() }
    }
  }

  private func timerFired() {
    timer = nil
    core.timerFired(at: now, into: &actions)
    performAll()
    flow?.flush()
  }
}

extension RegistrarShell: DatagramFlowOwner {
  func received(_ bytes: UnsafeRawBufferPointer, from peer: Endpoint, on flow: DatagramFlow) {
    core.receive(bytes, from: peer, at: now, using: &random, into: &actions)
    performAll()
  }

  func receivedAll(on flow: DatagramFlow) { flow.flush() }

  /// An answer that nobody takes is no failure of the registrar.
  func failed(_ flow: DatagramFlow, reason: String, isClosed: Bool) {}
}

extension RegistrarServer {
  /// The wall clock at the loop's time zero, in seconds since 1970.
  package static var origin: Int64 {
    Int64(time(nil)) - Int64(NIODeadline.now().uptimeNanoseconds / 1_000_000_000)
  }
}
