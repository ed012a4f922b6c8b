import EngineNIO
import Reconcile
import SIP

/// What the program is put together from: the only place that names a concrete engine and registrar.
struct Composition: Sendable {
  var startEngine: @Sendable (EngineRequest) async throws(CommandFailure) -> StartedEngine
  /// Starts a registrar in this process.
  var startRegistrar: @Sendable (RegistrarRequest) async throws(CommandFailure) -> any RunningRegistrar

  static let real = Composition(
    startEngine: { request async throws(CommandFailure) in
      do throws(EngineError) {
        let engine = try await NIOEngine.start(NIOEngine.Settings(request))
        return StartedEngine(engine: engine, address: await engine.localAddress)
      } catch {
        throw CommandFailure(error)
      }
    },
    startRegistrar: EmbeddedRegistrarStart.start
  )
}

extension NIOEngine.Settings {
  init(_ request: EngineRequest) {
    self.init()
    bind = request.bind
    advertise = request.advertise.map { ($0.host, $0.port) }
    learnsContacts = request.learnsContacts
    offersOverloadControl = request.offersOverloadControl
    followsAddress = request.followsAddress
    if let name = request.userAgent { userAgent = name.isEmpty ? nil : name }
    limits = request.limits
    timers = (request.timers.t1, request.timers.t2, request.timers.t4)
    seed = request.seed
    onlyServer = request.onlyServer
    onlyTransport = request.onlyTransport
    nameServers = request.nameServers
    localAddresses = request.localAddresses
    challenges = request.challenges
    knownChallenges = request.knownChallenges
    learnt = request.learnt
    warn = request.warn
    credentialProvider = request.credentialProvider
    let write = request.trace.map(Self.writer)
    switch (write, request.observe) {
    case (nil, nil): break
    case (let write, let observe):
      trace = { record in
        write?(record)
        observe?(WireMessage(isSent: record.direction == .sent, peer: record.peer, text: record.text))
      }
    }
  }

  /// Writes each message with its direction and its peer.
  static func writer(_ write: @escaping @Sendable (String) -> Void) -> @Sendable (TraceRecord) -> Void {
    { record in
      var text = record.text
      while text.last?.isNewline == true { text.removeLast() }
      write("\(record.direction.rawValue) \(record.peer)\n\(text)\n")
    }
  }
}

extension ServerProber.Settings {
  /// - Parameter limit: how long an answer is waited for.
  init(_ request: EngineRequest, limit: Duration) {
    self.init()
    nameServers = request.nameServers
    localAddresses = request.localAddresses
    timers = TransactionTimers(t1: request.timers.t1, t2: request.timers.t2, t4: request.timers.t4)
    if let name = request.userAgent { userAgent = name.isEmpty ? nil : name }
    seed = request.seed
    self.limit = limit
    trace = request.trace.map(NIOEngine.Settings.writer)
  }
}
