import SIP
import Synchronization

@testable import sipreconcile

/// A registrar that binds nothing by itself: it has the bindings that it was started with.
final class ScriptedLocalRegistrar: RunningRegistrar {
  let request: RegistrarRequest
  let addresses = [ListenAddress(.udp, Endpoint(address: .ipv4(IPv4Address("127.0.0.1")!), port: 5099))]
  private let stopped = Mutex(false)

  init(_ request: RegistrarRequest) { self.request = request }

  var isStopped: Bool { stopped.withLock { $0 } }

  func bindings() async -> [RegistrarBinding] { request.bindings }

  func stop() async { stopped.withLock { $0 = true } }
}
