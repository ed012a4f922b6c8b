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
      listen: request.listen.map { RegistrarAddress($0.transport, $0.endpoint) },
      tls: try tls(request)
    )
    let now = SystemClock().time
    do {
      let addresses = try await server.startAll().map { ListenAddress($0.transport, $0.endpoint) }
      try await server.restore(request.bindings.map { StoredBinding($0, at: now) })
      return RunningServer(server: server, addresses: addresses)
    } catch RegistrarStartError.cannotListen(let address, let reason) {
      throw CommandFailure(
        .failed,
        "the registrar cannot listen at \(ListenAddress(address.transport, address.endpoint)): \(reason). Give a free address with --listen",
        rule: "registrar"
      )
    } catch RegistrarStartError.certificate(let reason) {
      throw CommandFailure(.usage, "\(reason). See --certificate and --key", rule: "registrar")
    } catch {
      throw CommandFailure(
        .failed,
        "the registrar cannot start: \(SystemWords.describe(error))",
        rule: "registrar"
      )
    }
  }

  private static func tls(_ request: RegistrarRequest) throws(CommandFailure) -> TLSServerSettings? {
    let secure = request.listen.first(where: \.transport.isSecure)
    switch (request.certificate, request.key) {
    case (let certificate?, let key?):
      var settings = TLSServerSettings(certificate: certificate, key: key)
      settings.clientTrustAnchors = request.clientAnchors
      return settings
    case (nil, nil) where secure == nil && request.clientAnchors == nil:
      return nil
    case (nil, _), (_, nil):
      let place = secure.map { "--listen \($0)" } ?? "TLS"
      throw CommandFailure(
        .usage,
        "\(place) needs a certificate: name PEM files with --certificate and --key",
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
  let addresses: [ListenAddress]

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
