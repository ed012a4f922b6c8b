import Agent
import Reconcile
import SIP
import StateStore

/// Runs the resident agent over the files of the command line.
struct AgentRun: Sendable {
  var files: FileOptions
  var planning: PlanningOptions
  var engine: EngineOptions
  var state: StateOptions
  var unregisterOnExit: Bool

  func carryOut(_ run: CommandRun) async throws(CommandFailure) -> CommandEnd {
    let manifests = try files.load(run, secrets: .required)
    let path = state.path(owner: manifests.desired.owner, run.surroundings)
    let (store, lock) = try open(path, owner: manifests.desired.owner, run)
    let engine: any RegistrationEngine
    do throws(CommandFailure) {
      engine = try await start(manifests, store, run)
    } catch {
      lock.release()
      throw error
    }
    let agent = Agent(
      engine: engine,
      store: store,
      lock: lock,
      source: ManifestSource(options: files, surroundings: run.surroundings),
      signals: run.surroundings.agentSignals(),
      clock: run.surroundings.clock,
      settings: settings(statePath: path),
      observer: AgentNarrator(output: run.output),
      seed: self.engine.seed
    )
    return try end(await agent.run(), store, run)
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

  /// Binds the port that was bound before, so that contacts stay as they are; any port where it is taken.
  private func start(
    _ manifests: LoadedManifests,
    _ store: StateStore,
    _ run: CommandRun
  ) async throws(CommandFailure) -> any RegistrationEngine {
    var request = try engine.request(manifests.desired.engine, limits: manifests.desired.registrars)
    if let trace = engine.trace { request.trace = try TraceFile.open(trace, run.surroundings) }
    let isChosen = request.bind != nil
    let before = try attempt { () throws(StateError) in try store.boundAddress() }
    if !isChosen, let before { request.bind = BindAddress(argument: before)?.endpoint }
    let started: any RegistrationEngine
    do throws(CommandFailure) {
      started = try await run.surroundings.composition.startEngine(request)
    } catch {
      guard !isChosen, request.bind != nil else { throw error }
      run.output.note(.warning, "the port used before is taken; contacts without a declared address move")
      request.bind = nil
      started = try await run.surroundings.composition.startEngine(request)
    }
    if let address = await started.listeningAddress {
      try attempt { () throws(StateError) in try store.setBoundAddress(address.description) }
    }
    return started
  }

  private func attempt<Value>(_ body: () throws(StateError) -> Value) throws(CommandFailure) -> Value {
    do throws(StateError) { return try body() } catch { throw CommandFailure(error) }
  }

  private func settings(statePath: String) -> AgentSettings {
    var settings = AgentSettings()
    settings.options = planning.planOptions()
    settings.unregisterOnExit = unregisterOnExit
    settings.controlPath = AgentCall.path(forStateAt: statePath)
    settings.sourceName = files.files.joined(separator: " ")
    return settings
  }

  private func end(
    _ exit: AgentExit,
    _ store: StateStore,
    _ run: CommandRun
  ) throws(CommandFailure) -> CommandEnd {
    switch exit {
    case .stopped(let cause), .leftAtOnce(let cause):
      if !unregisterOnExit { try noteBindings(store, run) }
      return CommandEnd(cause == .interrupted ? .interrupted : .terminated)
    case .invalid(let diagnostics): throw CommandFailure(.invalidManifest, diagnostics)
    case .leaseLost(let reason): throw CommandFailure(.locked, reason, rule: "state")
    case .engineEnded: throw CommandFailure(.failed, "the engine ended by itself", rule: "engine")
    }
  }

  /// Until when what stays bound lasts (ruling 10).
  private func noteBindings(_ store: StateStore, _ run: CommandRun) throws(CommandFailure) {
    let now = run.surroundings.clock.time
    let rows = try attempt { () throws(StateError) in try store.owned(matching: nil) }
    let last = rows.filter { $0.phase == .bound && $0.mayBeBound(at: now) }.compactMap(\.expiresAt)
    guard let end = last.max() else { return }
    run.output.note(
      .info,
      "\(Columns.count(last.count, "binding stays", "bindings stay")), until \(end) at the latest"
    )
  }
}
