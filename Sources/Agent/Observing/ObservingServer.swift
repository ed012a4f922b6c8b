import Hummingbird
import Logging
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
    let application = Application(
      router: router,
      configuration: .init(address: .hostname(address.address.description, port: Int(address.port))),
      onServerRunning: { [started, address] channel in
        let port = channel.localAddress?.port ?? Int(address.port)
        started("\(Endpoint(address: address.address, port: UInt16(clamping: port)))")
      },
      logger: Logger(label: "observing") { _ in SwiftLogNoOpLogHandler() }
    )
    do {
      try await application.run()
    } catch {
      guard !Task.isCancelled else { return }
      throw .unavailable(path: "\(address)", reason: "\(error)")
    }
  }
}
