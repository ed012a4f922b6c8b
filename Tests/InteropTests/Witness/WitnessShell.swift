import EmbeddedRegistrar
import NIOCore
import NIOPosix
import SIP
import SIPTransport

/// The side of a `WitnessRegistrar` that is on its event loop: a socket, a clock, and the record of all messages.
final class WitnessShell {
  private var core: RegistrarCore
  private var random: RandomSource
  private let loop: any EventLoop
  private var flow: DatagramFlow?
  private var timer: Scheduled<Void>?
  private var counts = (requests: 0, answers: 0)
  private var traps: [WitnessMoment: (delay: Duration, action: @Sendable () -> Void)] = [:]
  private var pending: [Scheduled<Void>] = []
  private(set) var messages: [WitnessedMessage] = []
  private(set) var life = 0

  init(core: RegistrarCore, seed: UInt64, loop: any EventLoop) {
    self.core = core
    random = RandomSource(seed: seed)
    self.loop = loop
  }

  private var now: Instant { Instant(nanoseconds: Int64(NIODeadline.now().uptimeNanoseconds)) }

  var bindings: [RegisteredBinding] { core.bindings(at: now) }

  /// - Parameter port: 0 takes a free one.
  func start(port: UInt16) -> EventLoopFuture<Endpoint> {
    do {
      let wanted = Endpoint(address: .ipv4(IPv4Address(value: 0x7f00_0001)), port: port)
      let owner = NIOLoopBound(self as any DatagramFlowOwner, eventLoop: loop)
      let binder = DatagramBinder(loop: loop)
      return binder.listen(on: try SocketAddress(wanted), sharesPort: false, owner: owner).assumeIsolated()
        .map { flow in
          self.flow = flow.value
          return flow.value.local ?? wanted
        }.nonisolated()
    } catch {
      return loop.makeFailedFuture(error)
    }
  }

  func stop() {
    disarm()
    timer?.cancel()
    flow?.close()
    flow = nil
  }

  func setFaults(_ faults: FaultScript) { core.setFaults(faults) }

  /// Goes on with other settings and the bindings there are.
  func change(_ settings: RegistrarSettings) {
    let bindings = core.storedBindings(at: now)
    core = RegistrarCore(settings: settings, faults: core.faults, origin: RegistrarServer.origin)
    core.restore(bindings, at: now)
  }

  /// What comes from now on is from the next process.
  func begin() {
    disarm()
    life += 1
    counts = (0, 0)
  }

  // MARK: - Moments

  func arm(_ moment: WitnessMoment, after delay: Duration, _ action: @escaping @Sendable () -> Void) {
    guard moment != .start else { return schedule(after: delay, action) }
    traps[moment] = (delay, action)
  }

  func disarm() {
    traps = [:]
    for task in pending { task.cancel() }
    pending = []
  }

  private func reach(_ moment: WitnessMoment) {
    guard let trap = traps.removeValue(forKey: moment) else { return }
    flow?.flush()
    guard trap.delay > .zero else { return trap.action() }
    schedule(after: trap.delay, trap.action)
  }

  private func schedule(after delay: Duration, _ action: @escaping @Sendable () -> Void) {
    pending.append(loop.scheduleTask(in: TimeAmount(delay)) { action() })
  }

  // MARK: - Messages

  private func perform(_ actions: [RegistrarAction]) {
    for action in actions {
      switch action {
      case .send(let bytes, let peer):
        // What cannot be sent is lost, as datagrams are: the client sends its request again.
        do { try flow?.send(bytes, to: peer) } catch {}
        note(bytes)
        counts.answers += 1
        reach(.answer(counts.answers))
      case .wake(let at):
        timer?.cancel()
        let deadline = NIODeadline.uptimeNanoseconds(UInt64(max(0, at.nanoseconds)))
        timer = loop.assumeIsolated().scheduleTask(deadline: deadline) { self.timerFired() }
      case .reply: break
      }
    }
  }

  private func timerFired() {
    var actions: [RegistrarAction] = []
    core.timerFired(at: now, into: &actions)
    perform(actions)
    flow?.flush()
  }

  private func note(_ bytes: [UInt8]) {
    if let message = WitnessedMessage(bytes, life: life, at: now) { messages.append(message) }
  }
}

extension WitnessShell: DatagramFlowOwner {
  func received(_ bytes: UnsafeRawBufferPointer, from peer: Endpoint, on flow: DatagramFlow) {
    note(Array(bytes))
    counts.requests += 1
    reach(.request(counts.requests))
    var actions: [RegistrarAction] = []
    core.receive(bytes, from: peer, at: now, using: &random, into: &actions)
    perform(actions)
  }

  func receivedAll(on flow: DatagramFlow) { flow.flush() }

  /// An answer that nobody takes is no failure of the registrar.
  func failed(_ flow: DatagramFlow, reason: String, isClosed: Bool) {}
}
