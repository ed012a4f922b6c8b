import Hummingbird
import HummingbirdCore
import NIOCore

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The HTTP API of an agent, on a socket in the file system that only its owner may use (mode 0600).
struct ControlServer: Sendable {
  let path: String
  let desk: AgentDesk

  /// Serves until the task is cancelled.
  ///
  /// The caller holds the lease of the state, so a socket that is there already belongs to nobody.
  func run() async throws(ControlError) {
    // It appears under its name only when it has its mode.
    let making = path + "~"
    guard making.utf8.count < MemoryLayout.size(ofValue: sockaddr_un().sun_path) else {
      throw .unavailable(path: path, reason: "the path is too long for a socket")
    }
    unlink(making)
    defer {
      unlink(making)
      unlink(path)
    }
    try await HTTPService.run(
      ControlRoutes(desk: desk).router(),
      at: .unixDomainSocket(path: making),
      called: path,
      through: .http1(configuration: .init(additionalChannelHandlers: [PeerGate()]))
    ) { [path] _ in
      // Where this fails nobody can connect, which `status` tells.
      guard chmod(making, 0o600) == 0 else { return }
      rename(making, path)
    }
  }
}
