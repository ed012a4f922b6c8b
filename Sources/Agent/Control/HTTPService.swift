import Hummingbird
import HummingbirdCore
import Logging
import NIOCore

/// Serves routes over HTTP. It logs nothing by itself: what goes wrong is told by whoever runs it.
enum HTTPService {
  /// Serves until the task is cancelled.
  ///
  /// - Parameters:
  ///   - name: what the address is called in an error.
  ///   - started: is given the listening channel.
  static func run(
    _ router: Router<BasicRequestContext>,
    at address: BindAddress,
    called name: String,
    through server: HTTPServerBuilder = .http1(),
    started: @escaping @Sendable (any Channel) -> Void
  ) async throws(ControlError) {
    let application = Application(
      router: router,
      server: server,
      configuration: .init(address: address),
      onServerRunning: { started($0) },
      logger: Logger(label: "sipreconcile") { _ in SwiftLogNoOpLogHandler() }
    )
    do {
      try await application.run()
    } catch {
      guard !Task.isCancelled else { return }
      throw .unavailable(path: name, reason: "\(error)")
    }
  }
}
