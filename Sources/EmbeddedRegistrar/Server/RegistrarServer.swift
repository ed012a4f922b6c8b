import NIOCore
import NIOPosix
package import SIP
import SIPTransport

/// An embedded registrar on a UDP socket, with a thread of its own.
///
/// It answers only who can reach its address: by default that is this machine. Bindings are lost when it stops.
package final class RegistrarServer: Sendable {
  private let group: MultiThreadedEventLoopGroup
  private let loop: any EventLoop
  private let shell: NIOLoopBoundBox<RegistrarShell>
  private let settings: RegistrarSettings
  private let bind: Endpoint

  /// - Parameters:
  ///   - bind: where it listens; by default a free port of 127.0.0.1.
  ///   - seed: makes nonces, tags and the faults' chances repeatable.
  ///   - origin: the wall clock at the loop's time zero, in seconds since 1970, for the Date of answers.
  package init(
    settings: RegistrarSettings = RegistrarSettings(),
    faults: FaultScript = FaultScript(),
    bind: Endpoint = Endpoint(address: .ipv4(IPv4Address(value: 0x7f00_0001)), port: 0),
    seed: UInt64? = nil,
    origin: Int64 = RegistrarServer.origin
  ) {
    group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    loop = group.next()
    self.settings = settings
    self.bind = bind
    let core = RegistrarCore(settings: settings, faults: faults, origin: origin)
    let random = seed.map { RandomSource(seed: $0) } ?? RandomSource()
    shell = .makeBoxSendingValue(RegistrarShell(core: core, random: random, loop: loop), eventLoop: loop)
  }

  /// What a person should know before others can reach this registrar.
  package var warnings: [String] {
    var warnings: [String] = []
    if settings.access == nil {
      warnings.append("anybody may register anything here: no users are declared")
    }
    if !bind.address.isLoopback {
      warnings.append(
        "\(bind.address) can be reached from other machines; this registrar is made for trying things out"
      )
    }
    return warnings
  }

  /// Binds the socket.
  ///
  /// - Returns: the address with the port that was taken.
  package func start() async throws -> Endpoint {
    try await call { [bind] in $0.start(on: bind) }
  }

  /// Closes the socket and ends the thread; the registrar cannot be started again.
  package func stop() async throws {
    try await perform { $0.stop() }
    try await group.shutdownGracefully()
  }

  /// Every binding that has not expired, sorted by address of record and contact.
  package var bindings: [RegisteredBinding] {
    get async throws { try await perform { $0.bindings } }
  }

  /// Every binding that has not expired, in full, so that `restore` can put it back into a later registrar.
  package var storedBindings: [StoredBinding] {
    get async throws { try await perform { $0.storedBindings } }
  }

  package func restore(_ bindings: [StoredBinding]) async throws {
    try await perform { $0.restore(bindings) }
  }

  /// The last requests, oldest first, as many as `RegistrarLimits.loggedRequests` allows.
  package var requests: [ReceivedRequest] {
    get async throws { try await perform { $0.core.requests } }
  }

  /// All requests since the start, or since `clearRequests`.
  package var requestCount: Int {
    get async throws { try await perform { $0.core.requestCount } }
  }

  package func setFaults(_ faults: FaultScript) async throws {
    try await perform { $0.core.setFaults(faults) }
  }

  package func clearBindings() async throws { try await perform { $0.core.clearBindings() } }

  package func clearRequests() async throws { try await perform { $0.core.clearRequests() } }

  /// Forgets what a registrar forgets that is started anew: bindings, nonces, answers.
  package func restart() async throws { try await perform { $0.core.restart() } }

  private func perform<Result: Sendable>(
    _ body: @escaping @Sendable (RegistrarShell) -> Result
  ) async throws -> Result {
    try await loop.submit { [shell] in body(shell.value) }.get()
  }

  private func call<Result: Sendable>(
    _ body: @escaping @Sendable (RegistrarShell) -> EventLoopFuture<Result>
  ) async throws -> Result {
    try await loop.flatSubmit { [shell] in body(shell.value) }.get()
  }
}
