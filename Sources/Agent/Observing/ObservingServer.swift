import Hummingbird
import HummingbirdCore
import NIOCore
import SIP

/// Serves metrics and health over TCP, for Prometheus and for probes.
struct ObservingServer: Sendable {
  let address: Endpoint
  let desk: AgentDesk
  /// Is told the address that is served at, whose port may have been chosen by the system.
  let started: @Sendable (String) -> Void

  /// Serves until the task is cancelled.
  func run() async throws(ControlError) {
    let router = Router(context: BasicRequestContext.self)
    ObservingRoutes(desk: desk).add(to: router)
    try await HTTPService.run(
      router,
      at: .hostname(address.address.description, port: Int(address.port)),
      called: "\(address)"
    ) { [started, address] channel in
      let port = channel.localAddress?.port ?? Int(address.port)
      started("\(Endpoint(address: address.address, port: UInt16(clamping: port)))")
    }
  }
}
