import EmbeddedRegistrar
import Reconcile
import SIP
import SIPTransport

/// Starts the embedded registrar for a command.
enum EmbeddedRegistrarStart {
  static func start(_ request: RegistrarRequest) async throws(CommandFailure) -> any RunningRegistrar {
    let server = RegistrarServer(
      settings: try settings(request),
      faults: try faults(request.faults),
      bind: request.listen
    )
    let now = SystemClock().time
    do {
      let address = try await server.start()
      try await server.restore(request.bindings.map { StoredBinding($0, at: now) })
      return RunningServer(server: server, address: address)
    } catch {
      throw CommandFailure(
        .failed,
        "the registrar cannot listen at \(request.listen): \(SystemWords.describe(error)). Give a free address with --listen",
        rule: "registrar"
      )
    }
  }

  private static func settings(_ request: RegistrarRequest) throws(CommandFailure) -> RegistrarSettings {
    var settings = RegistrarSettings()
    for domain in request.domains {
      guard let host = Host(domain) else {
        throw CommandFailure(.usage, "--domain `\(domain)` is no host name and no address", rule: "domain")
      }
      settings.domains.append(host)
    }
    if let first = request.domains.first { settings.realm = first }
    settings.access = request.users.map { users in
      .users(users.map { RegistrarUser(name: $0.username, proof: $0.proof) })
    }
    settings.limits.loggedRequests = 0
    return settings
  }

  private static func faults(_ script: String?) throws(CommandFailure) -> FaultScript {
    guard let script else { return FaultScript() }
    do throws(FaultScriptError) {
      return try FaultScript(parsing: script)
    } catch {
      throw CommandFailure(.usage, error.description, rule: "faults")
    }
  }
}

/// The embedded registrar, listening.
private struct RunningServer: RunningRegistrar {
  let server: RegistrarServer
  let address: Endpoint

  func bindings() async -> [RegistrarBinding] {
    do {
      let now = SystemClock().time
      return try await server.storedBindings.map { RegistrarBinding($0, at: now) }
    } catch {
      // Only a registrar that was stopped cannot tell, and then nothing is bound.
      return []
    }
  }

  func stop() async {
    do {
      try await server.stop()
    } catch {
      // It was stopped before, which is what is wanted.
    }
  }
}

extension StoredBinding {
  fileprivate init(_ binding: RegistrarBinding, at now: Timestamp) {
    let seconds = max(0, (binding.expiresAt - now).components.seconds)
    self.init(
      identity: binding.identity,
      contact: binding.contact,
      expires: UInt32(clamping: seconds),
      callID: binding.callID,
      cseq: binding.cseq
    )
    parameters = binding.parameters
    instance = binding.instance
    registrationID = binding.registrationID
  }
}

extension RegistrarBinding {
  fileprivate init(_ stored: StoredBinding, at now: Timestamp) {
    self.init(
      identity: stored.identity,
      contact: stored.contact,
      parameters: stored.parameters,
      instance: stored.instance,
      registrationID: stored.registrationID,
      callID: stored.callID,
      cseq: stored.cseq,
      expiresAt: now + .seconds(Int64(stored.expires))
    )
  }
}
