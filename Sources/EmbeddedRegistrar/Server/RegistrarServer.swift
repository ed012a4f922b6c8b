import NIOCore
import NIOPosix
package import SIP
package import SIPTransport

/// An embedded registrar on sockets of its own, with a thread of its own.
///
/// It answers only who can reach its address: by default that is this machine. Bindings are lost when it stops.
package final class RegistrarServer: Sendable {
  private let group: MultiThreadedEventLoopGroup
  private let loop: any EventLoop
  private let shell: NIOLoopBoundBox<RegistrarShell>
  private let settings: RegistrarSettings
  private let listen: [RegistrarAddress]
  private let tls: TLSServerSettings?

  /// - Parameters:
  ///   - listen: where it listens; port 0 takes a free one.
  ///   - tls: the certificate that `tls` and `wss` show.
  ///   - seed: makes nonces, tags and the faults' chances repeatable.
  ///   - origin: the wall clock at the loop's time zero, in seconds since 1970, for the Date of answers.
  package init(
    settings: RegistrarSettings = RegistrarSettings(),
    faults: FaultScript = FaultScript(),
    listen: [RegistrarAddress],
    tls: TLSServerSettings? = nil,
    seed: UInt64? = nil,
    origin: Int64 = RegistrarServer.origin
  ) {
    group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    loop = group.next()
    self.settings = settings
    self.listen = listen
    self.tls = tls
    let core = RegistrarCore(settings: settings, faults: faults, origin: origin)
    let random = seed.map { RandomSource(seed: $0) } ?? RandomSource()
    shell = .makeBoxSendingValue(RegistrarShell(core: core, random: random, loop: loop), eventLoop: loop)
  }

  /// A registrar on a UDP socket, by default at a free port of 127.0.0.1.
  package convenience init(
    settings: RegistrarSettings = RegistrarSettings(),
    faults: FaultScript = FaultScript(),
    bind: Endpoint = Endpoint(address: .ipv4(IPv4Address(value: 0x7f00_0001)), port: 0),
    seed: UInt64? = nil,
    origin: Int64 = RegistrarServer.origin
  ) {
    self.init(
      settings: settings,
      faults: faults,
      listen: [RegistrarAddress(.udp, bind)],
      seed: seed,
      origin: origin
    )
  }

  /// What a person should know before others can reach this registrar.
  package var warnings: [String] {
    var warnings: [String] = []
    if settings.access == nil {
      warnings.append("anybody may register anything here: no users are declared")
    }
    var open: [Host] = []
    for host in listen.map(\.endpoint.address) where !host.isLoopback && !open.contains(host) {
      open.append(host)
      warnings.append(
        "\(host) can be reached from other machines; this registrar is made for trying things out"
      )
    }
    return warnings
  }

  /// Binds the sockets.
  ///
  /// - Returns: the first address, with the port that was taken.
  /// - Throws: `RegistrarStartError`; then none is bound.
  package func start() async throws -> Endpoint { try await startAll()[0].endpoint }

  /// Binds the sockets, and returns all addresses in their order, with the ports that were taken.
  package func startAll() async throws -> [RegistrarAddress] {
    precondition(!listen.isEmpty, "a registrar listens somewhere")
    let context = try tlsContext()
    var bound: [RegistrarAddress] = []
    for address in listen {
      do {
        let endpoint = try await call { $0.start(on: address, tls: context) }
        bound.append(RegistrarAddress(address.transport, endpoint))
      } catch {
        try await perform { $0.stop() }
        throw RegistrarStartError.cannotListen(address, reason: SystemWords.describe(error))
      }
    }
    return bound
  }

  private func tlsContext() throws(RegistrarStartError) -> TLSServerContext? {
    guard let tls else {
      if let secure = listen.first(where: \.transport.isSecure) { throw .noCertificate(secure) }
      return nil
    }
    do { return try TLSServerContext(tls) } catch { throw .certificate(reason: error.description) }
  }

  /// Connections that are open now.
  package var connectionCount: Int {
    get async throws { try await perform { $0.connectionCount } }
  }

  /// Closes the sockets and ends the thread; the registrar cannot be started again.
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
