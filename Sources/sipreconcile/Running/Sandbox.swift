import Reconcile
import SIP
import StateStore

/// A rehearsal: a registrar in this process with a state of its own, for any file.
///
/// Its bindings are kept between runs beside that state, so that a second run finds what the first one
/// registered. Nothing leaves the machine.
struct Sandbox: Sendable {
  let statePath: String
  private let bindingsPath: String
  private let registrar: any RunningRegistrar

  var address: Endpoint { registrar.addresses[0].endpoint }

  static func start(
    owner: String,
    _ manifests: LoadedManifests,
    state: StateOptions,
    _ run: CommandRun
  ) async throws(CommandFailure) -> Sandbox {
    let statePath = try path(owner: owner, state, run.surroundings)
    let bindingsPath = statePath + ".bindings"
    let now = run.surroundings.clock.time
    let bindings = try SandboxBindings.read(bindingsPath).filter { $0.expiresAt > now }
    let registrar = try await run.surroundings.composition.startRegistrar(
      RegistrarRequest(
        listen: [ListenAddress(.udp, Endpoint(address: .ipv4(IPv4Address("127.0.0.1")!), port: 0))],
        bindings: bindings
      )
    )
    return Sandbox(statePath: statePath, bindingsPath: bindingsPath, registrar: registrar)
  }

  func stop(keepsBindings: Bool) async throws(CommandFailure) {
    let bindings = await registrar.bindings()
    await registrar.stop()
    if keepsBindings { try SandboxBindings.write(bindings, to: bindingsPath) }
  }

  /// A rehearsal never touches the real state: its own is in a folder `sandbox` beside it.
  private static func path(
    owner: String,
    _ state: StateOptions,
    _ surroundings: Surroundings
  ) throws(CommandFailure) -> String {
    let real = try state.path(owner: owner, surroundings)
    guard let slash = real.lastIndex(of: "/") else { return "sandbox/" + real }
    return real[..<slash] + "/sandbox" + real[slash...]
  }
}
