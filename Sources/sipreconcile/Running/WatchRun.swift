import Agent
import Reconcile
import SIP
import StateStore

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Runs the resident agent until it is told to stop.
struct WatchRun: Sendable {
  var files: ManifestFiles
  /// Where the files are, if that is a repository.
  var repository: GitSource?
  var planning: PlanningOptions
  var engine: EngineOptions
  var state: StateOptions
  var unregistersOnExit: Bool
  var metricsAddress: Endpoint?
  var alerts = AlertTargets()

  func carryOut(_ run: CommandRun) async throws(CommandFailure) -> CommandEnd {
    // What comes from now on is kept for the agent.
    let signals = run.surroundings.agentSignals()
    let agent = try await BoundedRun(run: run).carryOut { () async throws(CommandFailure) in
      try await prepare(run, signals)
    }
    let exit = await agent.run()
    noteBindings(agent.store, run)
    return try end(exit)
  }

  private func prepare(
    _ run: CommandRun,
    _ signals: AsyncStream<AgentSignal>
  ) async throws(CommandFailure) -> Agent {
    try run.console.checkAsking(planning.ask)
    try checkAlertCommand(run)
    let secrets: ManifestFiles.Secrets = planning.ask ? .askedFor : .required
    let git = try await git(run)
    let files = files(of: git)
    // The agent reads them once more, and shows their warnings then.
    let manifests =
      if let git {
        try await git.load(files, secrets: secrets, run)
      } else {
        try await files.load(run, secrets: secrets, showsWarnings: false)
      }
    let path = try state.path(owner: manifests.desired.owner, run.surroundings)
    let (store, lock) = try open(path, owner: manifests.desired.owner, run)
    let tokens = RenewedTokens(
      manifests.desired,
      resolver: run.surroundings.secretResolver(allowExec: files.allowExec),
      others: planning.ask ? TerminalCredentials(console: run.console, desired: manifests.desired) : nil,
      warn: { [output = run.output] in output.note(.warning, $0) }
    )
    var request = try engineRequest(manifests, run)
    request.credentialProvider = tokens
    try request.remember(in: store)
    // A stop that has had its time waits for no answer.
    let engine = StoppableEngine(try await start(request, store, run).engine)
    let source = ManifestSource(files, secrets: secrets, tokens: tokens, run)
    var agent = Agent(
      engine: engine,
      store: store,
      lock: lock,
      source: git.map { GitManifestSource($0, files: source) } ?? source,
      signals: signals,
      clock: run.surroundings.clock,
      settings: settings(path, run),
      observer: WatchNotices(run),
      seed: self.engine.seed
    )
    agent.notifier = SystemdNotifier(environment: run.surroundings.environment, pid: lock.holder.pid)
    return agent
  }

  private func git(_ run: CommandRun) async throws(CommandFailure) -> GitManifests? {
    guard let repository else { return nil }
    return try await GitManifests.begin(repository, paths: files.paths, state: state, run)
  }

  /// Those of the checkout, where they come from a repository.
  private func files(of git: GitManifests?) -> ManifestFiles {
    guard let folder = git?.checkout.files else { return files }
    var files = files
    files.folder = folder
    if files.paths.isEmpty { files.paths = ["."] }
    files.includeRoot = files.includeRoot ?? folder
    return files
  }

  /// What alerts are given to is wanted when something is wrong already: that it is missing is told at once.
  private func checkAlertCommand(_ run: CommandRun) throws(CommandFailure) {
    guard let command = alerts.command.map(run.surroundings.absolute) else { return }
    guard !FileManager.default.isExecutableFile(atPath: command) else { return }
    throw CommandFailure(.usage, "--alert-command: there is no program at \(command)", rule: "alert-command")
  }

  private func open(
    _ path: String,
    owner: String,
    _ run: CommandRun
  ) throws(CommandFailure) -> (StateStore, StateLock) {
    let now = run.surroundings.clock.time
    do throws(StateError) {
      let store = try StateStore.open(
        at: path,
        owner: owner,
        access: .readWrite,
        takeover: planning.takeover
      )
      return (store, try store.acquireLock(holder: .current(command: "watch", at: now), at: now))
    } catch {
      throw CommandFailure(error)
    }
  }

  private func engineRequest(
    _ manifests: LoadedManifests,
    _ run: CommandRun
  ) throws(CommandFailure) -> EngineRequest {
    let desired = manifests.desired
    var request = try engine.request(desired.engine, limits: desired.registrars, run.surroundings)
    request.followsAddress = true
    request.warn = { [output = run.output] in output.note(.warning, $0) }
    return request
  }

  /// Binds the address that the last watch had, so that what it registered still leads here; one that is
  /// taken meanwhile is given up for a free one.
  private func start(
    _ request: EngineRequest,
    _ store: StateStore,
    _ run: CommandRun
  ) async throws(CommandFailure) -> StartedEngine {
    let before: Endpoint?
    do throws(StateError) {
      before = try store.boundAddress().flatMap { BindAddress(argument: $0)?.endpoint }
    } catch {
      throw CommandFailure(error)
    }
    let started = try await start(request, preferring: before, run)
    guard let address = started.address else { return started }
    do throws(StateError) {
      try store.setBoundAddress(address.description)
    } catch {
      await started.engine.shutdown()
      throw CommandFailure(error)
    }
    return started
  }

  private func start(
    _ request: EngineRequest,
    preferring address: Endpoint?,
    _ run: CommandRun
  ) async throws(CommandFailure) -> StartedEngine {
    let startEngine = run.surroundings.composition.startEngine
    guard request.bind == nil, let address else { return try await startEngine(request) }
    var preferred = request
    preferred.bind = address
    do throws(CommandFailure) {
      return try await startEngine(preferred)
    } catch {
      run.output.note(.warning, "\(address), which the last watch had, cannot be had; taking a free port")
      return try await startEngine(request)
    }
  }

  private func settings(_ path: String, _ run: CommandRun) -> AgentSettings {
    var settings = AgentSettings()
    settings.alerts = alerts
    settings.alerts.command = alerts.command.map { run.surroundings.absolute($0) }
    settings.runID = run.output.runID
    settings.options = planning.planOptions()
    settings.advertised = engine.advertise.map { OwnAddress.Advertised(host: $0.host, port: $0.port) }
    settings.unregisterOnExit = unregistersOnExit
    settings.metricsAddress = metricsAddress
    settings.controlPath = AgentCall.path(forStateAt: path)
    settings.sourceName = ([repository?.name].compactMap { $0 } + files.paths).joined(separator: " ")
    return settings
  }

  private func noteBindings(_ store: StateStore, _ run: CommandRun) {
    let rows: [OwnedRegistration]
    do throws(StateError) {
      rows = try store.owned(matching: nil)
    } catch {
      run.output.note(.warning, error.description)
      return
    }
    let now = run.surroundings.clock.time
    let bound = rows.filter { $0.phase != .cleared && $0.mayBeBound(at: now) }
    guard let last = bound.compactMap(\.expiresAt).max() else { return }
    let bindings = Columns.count(bound.count, "binding stays", "bindings stay")
    run.output.note(.info, "\(bindings) at the registrars, the last until \(last).")
  }

  private func end(_ exit: AgentExit) throws(CommandFailure) -> CommandEnd {
    switch exit {
    case .stoppedShort: return CommandEnd(.someFailed)
    case .stopped(let cause), .leftAtOnce(let cause):
      switch cause {
      case .interrupted: return CommandEnd(.interrupted)
      case .terminated: return CommandEnd(.terminated)
      }
    case .invalid(let diagnostics): throw CommandFailure(.invalidManifest, diagnostics)
    case .leaseLost(let reason): throw CommandFailure(.locked, reason, rule: "state")
    case .engineEnded: throw CommandFailure(.failed, "the engine ended by itself", rule: "engine")
    }
  }
}
