import EmbeddedRegistrar
import NIOCore
import NIOPosix
import SIP

/// The embedded registrar on a UDP socket of loopback, which remembers every message in its order, and can act at
/// any moment of the talk.
final class WitnessRegistrar: Sendable {
  private let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
  private let loop: any EventLoop
  private let shell: NIOLoopBoundBox<WitnessShell>

  private init(seed: UInt64, settings: RegistrarSettings) {
    let loop = group.next()
    self.loop = loop
    let core = RegistrarCore(settings: settings, origin: RegistrarServer.origin)
    shell = .makeBoxSendingValue(WitnessShell(core: core, seed: seed, loop: loop), eventLoop: loop)
  }

  /// Lends a registrar that lets user `lab` register everything, and ends it.
  ///
  /// - Parameters:
  ///   - seed: makes the chances of faults repeatable.
  ///   - shortest: the shortest time that it grants, in seconds.
  static func with<Result>(
    seed: UInt64,
    users: [String],
    shortest: UInt32 = 60,
    _ body: (WitnessRegistrar, UInt16) async throws -> Result
  ) async throws -> Result {
    let registrar = WitnessRegistrar(seed: seed, settings: settings("secret", users, shortest))
    do {
      let port = try await registrar.start()
      let result = try await body(registrar, port)
      try await registrar.end()
      return result
    } catch {
      try await registrar.end()
      throw error
    }
  }

  private static func settings(_ password: String, _ users: [String], _ shortest: UInt32)
    -> RegistrarSettings
  {
    var settings = RegistrarSettings()
    let identities = users.map { AddressOfRecord(SIPURI(user: $0, host: Host("interop.example")!)) }
    settings.access = .users([
      RegistrarUser(name: "lab", proof: .password(Secret(password)), identities: Set(identities))
    ])
    settings.minExpires = shortest
    return settings
  }

  // MARK: - Going away and coming back

  /// Listens; returns the port, which is free unless one is named.
  @discardableResult
  func start(port: UInt16 = 0) async throws -> UInt16 {
    try await loop.flatSubmit { [shell] in shell.value.start(port: port) }.get().port
  }

  private func end() async throws {
    try await perform { $0.stop() }
    try await group.shutdownGracefully()
  }

  func setFaults(_ script: String) async throws {
    let faults = try FaultScript(parsing: script)
    try await perform { $0.setFaults(faults) }
  }

  /// Takes this password from now on, and keeps all bindings.
  func setPassword(_ password: String, users: [String], shortest: UInt32 = 60) async throws {
    try await perform { $0.change(WitnessRegistrar.settings(password, users, shortest)) }
  }

  // MARK: - What it saw

  /// The contacts of each identity, as `user@host`.
  var contacts: [String: [String]] {
    get async throws {
      try await perform { shell in
        Dictionary(grouping: shell.bindings) { String($0.identity.key.dropFirst("sip:".count)) }
          .mapValues { $0.map(\.contact) }
      }
    }
  }

  var messages: [WitnessedMessage] {
    get async throws { try await perform { $0.messages } }
  }

  /// The messages of the present process.
  var messagesOfThisLife: [WitnessedMessage] {
    get async throws { try await perform { shell in shell.messages.filter { $0.life == shell.life } } }
  }

  /// What comes from now on is from the next process. What the last one sent has been read by then: before a loop
  /// runs what it is told from elsewhere it reads its sockets, and it is told twice.
  func begin() async throws {
    try await perform { _ in }
    try await perform { $0.begin() }
  }

  /// Acts so long after a moment of this process, at once without a delay.
  func at(
    _ moment: WitnessMoment,
    after delay: Duration = .zero,
    _ action: @escaping @Sendable () -> Void
  ) async throws {
    try await perform { $0.arm(moment, after: delay, action) }
  }

  func disarm() async throws { try await perform { $0.disarm() } }

  private func perform<Result: Sendable>(
    _ body: @escaping @Sendable (WitnessShell) -> Result
  ) async throws -> Result {
    try await loop.submit { [shell] in body(shell.value) }.get()
  }
}
