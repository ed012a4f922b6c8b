import NIOCore
import NIOPosix
public import Reconcile
public import SIP
package import SIPTransport
import Synchronization

/// The built-in registration engine: SIP over UDP, TCP, TLS and WebSocket on SwiftNIO, a million accounts on one
/// event loop.
///
/// It is a thin shell. What to send, and when, is decided by `EngineMachine`; the shell owns the clock, the
/// sockets and the one timer.
public final class NIOEngine: RegistrationEngine {
  /// How an engine is set up.
  public struct Settings: Sendable {
    /// The address and port to bind; nil is every address and a free port.
    public var bind: Endpoint?
    /// What contacts show in place of our own address.
    public var advertise: (host: Host, port: UInt16?)?
    /// Contacts that would be our own address show where the registrar sees us, behind a NAT; not with
    /// `advertise`.
    public var learnsContacts = false
    /// Registrars may ask for less traffic (RFC 7339, RFC 7415): each request offers it.
    public var offersOverloadControl = false
    /// Contacts that are our own address change when it does, and the old ones are removed. For an engine that
    /// stays; without it, contacts from an earlier process stay as they were.
    public var followsAddress = false
    /// Nil sends no User-Agent.
    public var userAgent: String? = "sipreconcile"
    public var limits: [RegistrarLimits] = []
    /// T1, T2 and T4 (RFC 3261, 17.1.2.2).
    public var timers = (t1: Duration.milliseconds(500), t2: Duration.seconds(4), t4: Duration.seconds(5))
    /// The name servers to ask; empty is the system's.
    public var nameServers: [Endpoint] = []
    /// Whether the records of a public name, or a redirect, may lead to this machine; nil allows it where
    /// `nameServers` are all this machine's own, so that whoever set them up says what names stand for.
    public var localAddresses: LocalAddresses?
    /// What is done where a server asks for less proof than before, or for none.
    public var challenges = ChallengePolicy()
    /// What servers asked for in earlier runs.
    public var knownChallenges: [ServerChallenge] = []
    /// Gets what is to be known in later runs; it must not block.
    public var learnt: (@Sendable (ServerChallenge) -> Void)?
    /// Makes branches, tags, nonces and jitter repeatable, for tests only.
    public var seed: UInt64?
    /// Sends everything to this address, whatever the accounts name: a rehearsal.
    public var onlyServer: Endpoint?
    /// How everything is sent to `onlyServer`.
    public var onlyTransport = Transport.udp
    /// How TLS trusts, and what it shows, for accounts that do not say.
    public var tls: Reconcile.TLSSettings?
    /// `;transport=tls` stands in contacts over TLS: deprecated (RFC 5630, 5.1.1), and needed by deployed proxies.
    public var namesTLS = true
    /// What connections may hold and how long they may take.
    package var streams = StreamSettings()
    /// Gets every message that is sent or received, credentials removed.
    public var trace: (@Sendable (TraceRecord) -> Void)?
    /// Gets what is odd about a registrar's DNS records though its servers were found; each oddity once.
    public var warn: (@Sendable (String) -> Void)?
    /// Asked when no stored credential matches a challenge.
    public var credentialProvider: (any CredentialProvider)?

    public init() {}
  }

  public let events: AsyncStream<[RegistrationEvent]>
  private let loop: any EventLoop
  private let shell: NIOLoopBound<EngineShell>
  private let group: MultiThreadedEventLoopGroup
  /// True once `shutdown` was called: the loop takes nothing more, and would lose it without a word.
  private let isShutDown = Mutex(false)
  private let resolver: AresResolver

  private init(
    group: MultiThreadedEventLoopGroup,
    resolver: AresResolver,
    shell: NIOLoopBound<EngineShell>,
    events: AsyncStream<[RegistrationEvent]>
  ) {
    self.group = group
    self.resolver = resolver
    self.shell = shell
    self.events = events
    loop = group.any()
  }

  /// Binds the engine's socket and starts its event loop.
  ///
  /// Throws `EngineError.cannotBind` if the address is not ours or its port is in use.
  public static func start(_ settings: Settings = Settings()) async throws(EngineError) -> NIOEngine {
    let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    let loop = group.any()
    let (events, continuation) = AsyncStream.makeStream(of: [RegistrationEvent].self)
    var resolverSettings = AresResolver.Settings()
    resolverSettings.servers = settings.nameServers
    let resolver = AresResolver(resolverSettings)
    do {
      let shell = try await loop.submit {
        NIOLoopBound(
          EngineShell(settings, loop: loop, resolver: resolver, events: continuation),
          eventLoop: loop
        )
      }.get()
      try await loop.flatSubmit { shell.value.listen() }.get()
      return NIOEngine(group: group, resolver: resolver, shell: shell, events: events)
    } catch {
      await stop(group)
      throw .cannotBind(settings.bind.map(\.description) ?? "UDP", reason: SystemWords.describe(error))
    }
  }

  /// The address that hears requests, which contacts without a declared address show.
  public var localAddress: Endpoint? {
    get async {
      await withCheckedContinuation { continuation in
        let isAsked = enqueue { continuation.resume(returning: $0.listenAddress) }
        if !isAsked { continuation.resume(returning: nil) }
      }
    }
  }

  public var ownAddress: OwnAddress? {
    get async {
      await withCheckedContinuation { continuation in
        let isAsked = enqueue { continuation.resume(returning: $0.ownAddress) }
        if !isAsked { continuation.resume(returning: nil) }
      }
    }
  }

  public var restingServers: [RestingServer] {
    get async {
      await withCheckedContinuation { continuation in
        let isAsked = enqueue { continuation.resume(returning: $0.restingServers) }
        if !isAsked { continuation.resume(returning: []) }
      }
    }
  }

  public var heldAccounts: [HeldAccount] {
    get async {
      await withCheckedContinuation { continuation in
        let isAsked = enqueue { continuation.resume(returning: $0.heldAccounts) }
        if !isAsked { continuation.resume(returning: []) }
      }
    }
  }

  public func advertise(_ address: OwnAddress.Advertised?) async {
    await withCheckedContinuation { continuation in
      let isTaken = enqueue {
        $0.machine.advertise(address)
        continuation.resume()
      }
      if !isTaken { continuation.resume() }
    }
  }

  public func add(_ accounts: [AccountAddition]) async throws(EngineError) {
    try await attempt { shell throws(EngineError) in try shell.add(accounts) }
  }

  public func setDefaultAccount(_ id: AccountID?) async throws(EngineError) {
    try await attempt { shell throws(EngineError) in try shell.setDefaultAccount(id) }
  }

  public func edit(_ id: AccountID) async throws(EngineError) -> AccountEdit {
    try await attempt { shell throws(EngineError) in try shell.edit(id) }
  }

  public func done(_ edit: AccountEdit) async throws(EngineError) {
    try await attempt { shell throws(EngineError) in try shell.done(edit) }
  }

  public func refresh(_ ids: [AccountID]) async throws(EngineError) {
    try await attempt { shell throws(EngineError) in try shell.refresh(ids) }
  }

  public func suspend(_ ids: [AccountID]) async throws(EngineError) {
    try await attempt { shell throws(EngineError) in try shell.suspend(ids) }
  }

  public func resume(_ ids: [AccountID]) async throws(EngineError) {
    try await attempt { shell throws(EngineError) in try shell.resume(ids) }
  }

  public func forget(_ ids: [AccountID]) async throws(EngineError) {
    try await attempt { shell throws(EngineError) in try shell.forget(ids) }
  }

  public func bindings(of queries: [BindingQuery]) async -> [LiveState] {
    await withCheckedContinuation { continuation in
      let isAsked = enqueue { $0.query(queries) { continuation.resume(returning: $0) } }
      if !isAsked { continuation.resume(returning: EngineShell.unanswered(queries)) }
    }
  }

  public func withdraw(_ withdrawals: [Withdrawal]) async -> [WithdrawalResult] {
    await withCheckedContinuation { continuation in
      let isAsked = enqueue { $0.withdraw(withdrawals) { continuation.resume(returning: $0) } }
      if !isAsked { continuation.resume(returning: EngineShell.unanswered(withdrawals)) }
    }
  }

  public func shutdown() async {
    await withCheckedContinuation { continuation in
      isShutDown.withLock { isShutDown in
        guard !isShutDown else { return continuation.resume() }
        isShutDown = true
        // In one go with the flag: what was accepted before it runs before the loop ends.
        loop.execute { [shell] in
          shell.value.shutdown()
          continuation.resume()
        }
      }
    }
    // First, for its answers come to the loop.
    await resolver.close()
    await NIOEngine.stop(group)
  }

  private static func stop(_ group: MultiThreadedEventLoopGroup) async {
    await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
      // The only error is that the group was stopped before, which is what is wanted.
      group.shutdownGracefully { _ in continuation.resume() }
    }
  }

  /// Hands work to the loop; false, and nothing done, once the engine is shut down.
  private func enqueue(_ body: @escaping @Sendable (EngineShell) -> Void) -> Bool {
    isShutDown.withLock { isShutDown in
      if !isShutDown { loop.execute { [shell] in body(shell.value) } }
      return !isShutDown
    }
  }

  private func attempt<Value: Sendable>(
    _ body: @escaping @Sendable (EngineShell) throws(EngineError) -> Value
  ) async throws(EngineError) -> Value {
    let result: Result<Value, EngineError> = await withCheckedContinuation { continuation in
      let isTaken = enqueue { shell in
        continuation.resume(returning: Result { () throws(EngineError) in try body(shell) })
      }
      if !isTaken { continuation.resume(returning: .failure(.shutDown)) }
    }
    return try result.get()
  }
}
