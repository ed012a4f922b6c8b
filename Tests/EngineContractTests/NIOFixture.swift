import EngineNIO
import NIOCore
import NIOPosix
import Reconcile
import SIP
import SIPTransport

/// The real engine on a socket of loopback, with the embedded registrar on another.
struct NIOFixture: EngineFixture {
  private let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
  private let loop: any EventLoop
  private let registrar: NIOLoopBoundBox<HoldingRegistrar>
  private let real: NIOEngine
  /// Read when the first connection is made.
  private let certificates: ContractCertificates?
  var engine: any RegistrationEngine { real }

  init(_ transport: Transport = .udp) async throws {
    let loop = group.next()
    let certificates = transport.isSecure ? try ContractCertificates() : nil
    let tls = try certificates.map { try TLSServerContext($0.server) }
    let registrar = NIOLoopBoundBox.makeBoxSendingValue(HoldingRegistrar(loop: loop), eventLoop: loop)
    let server = try await loop.flatSubmit { registrar.value.start(transport, tls: tls) }.get()
    var settings = NIOEngine.Settings()
    settings.bind = Endpoint(address: server.address, port: 0)
    settings.onlyServer = server
    settings.onlyTransport = transport
    settings.tls = certificates?.client
    real = try await NIOEngine.start(settings)
    self.loop = loop
    self.certificates = certificates
    self.registrar = registrar
  }

  func answer(_ id: AccountID, with codes: [UInt16?]) async throws {
    try await perform { $0.answer(id, with: codes) }
  }

  func hold(_ id: AccountID) async throws { try await perform { $0.hold(id) } }
  func release(_ id: AccountID) async throws { try await perform { $0.release(id) } }

  func untilReceived(_ count: Int, of id: AccountID) async throws {
    try await loop.flatSubmit { [registrar] in registrar.value.untilReceived(count, of: id) }.get()
  }

  func received() async throws -> [AccountID] { try await perform { $0.received } }
  func contacts(of account: Account) async throws -> [String] {
    try await perform { $0.contacts(of: account) }
  }

  func stop() async throws {
    await real.shutdown()
    try await perform { $0.stop() }
    try await group.shutdownGracefully()
    try certificates?.remove()
  }

  private func perform<Result: Sendable>(
    _ body: @escaping @Sendable (HoldingRegistrar) -> Result
  ) async throws -> Result {
    try await loop.submit { [registrar] in body(registrar.value) }.get()
  }
}
