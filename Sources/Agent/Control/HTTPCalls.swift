import AsyncHTTPClient
import NIOCore

/// What HTTP is asked with: one client for the life of the process.
enum HTTPCalls {
  /// Whoever is not there is told at once: each caller knows best when to try again.
  static let client: HTTPClient = {
    var configuration = HTTPClient.Configuration.singletonConfiguration
    configuration.connectionPool.retryConnectionEstablishment = false
    return HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
  }()
}
