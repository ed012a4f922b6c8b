import Manifests
import Reconcile
import SIP
import StateStore

extension WorkingOptions {
  /// Loads, opens and plans; `body` gets the result, and everything is closed again after it.
  ///
  /// A signal or the time limit ends it in every phase.
  func withRun(
    _ run: CommandRun,
    _ body: @escaping @Sendable (WorkingRun) async throws(CommandFailure) -> CommandEnd
  ) async throws(CommandFailure) -> CommandEnd {
    try await BoundedRun(run: run, timeLimit: timeLimit).carryOut { () async throws(CommandFailure) in
      try await unboundedRun(run, body)
    }
  }

  private func unboundedRun(
    _ run: CommandRun,
    _ body: (WorkingRun) async throws(CommandFailure) -> CommandEnd
  ) async throws(CommandFailure) -> CommandEnd {
    try run.console.checkAsking(planning.ask)
    let secrets: ManifestFiles.Secrets = isSandbox ? .madeUp : planning.ask ? .askedFor : .required
    let manifests = try await files.load(run, secrets: secrets)
    let owner = manifests.desired.owner
    guard isSandbox else {
      let path = try state.path(owner: owner, run.surroundings)
      if let handOver, let agent = HandedRun(run, statePath: path) {
        return try await handOver(agent, manifests)
      }
      return try await withEngine(run, manifests, statePath: path, server: nil, body)
    }
    let sandbox = try await Sandbox.start(owner: owner, manifests, state: state, run)
    let result: Result<CommandEnd, CommandFailure>
    do throws(CommandFailure) {
      result = .success(
        try await withEngine(run, manifests, statePath: sandbox.statePath, server: sandbox.address, body)
      )
    } catch {
      result = .failure(error)
    }
    try await sandbox.stop(keepsBindings: access == .readWrite)
    return try result.get()
  }

  private func withEngine(
    _ run: CommandRun,
    _ manifests: LoadedManifests,
    statePath: String,
    server: Endpoint?,
    _ body: (WorkingRun) async throws(CommandFailure) -> CommandEnd
  ) async throws(CommandFailure) -> CommandEnd {
    let store = try openStore(run, at: statePath, owner: manifests.desired.owner)
    let lock = try takeLock(of: store, run)
    defer { lock?.release() }
    var request = try engineRequest(run, manifests, server: server)
    if !isSandbox { try request.remember(in: store) }
    let engine = EngineSlot(request, run.surroundings.composition)
    let result: Result<CommandEnd, CommandFailure>
    do throws(CommandFailure) {
      let working = try await plan(run, manifests, store, lock, engine)
      result = .success(try await body(working))
    } catch {
      result = .failure(error)
    }
    await engine.shutdown()
    return try result.get()
  }

  private func openStore(
    _ run: CommandRun,
    at path: String,
    owner: String
  ) throws(CommandFailure) -> StateStore {
    do throws(StateError) {
      return try StateStore.open(at: path, owner: owner, access: access, takeover: planning.takeover)
    } catch {
      throw CommandFailure(error)
    }
  }

  private func takeLock(of store: StateStore, _ run: CommandRun) throws(CommandFailure) -> StateLock? {
    guard access == .readWrite else { return nil }
    let now = run.surroundings.clock.time
    do throws(StateError) {
      return try store.acquireLock(holder: .current(command: "apply", at: now), at: now)
    } catch {
      throw CommandFailure(error)
    }
  }

  private func engineRequest(
    _ run: CommandRun,
    _ manifests: LoadedManifests,
    server: Endpoint?
  ) throws(CommandFailure) -> EngineRequest {
    let desired = manifests.desired
    var request = try engine.request(desired.engine, limits: desired.registrars, run.surroundings)
    if let server {
      request.onlyServer = server
      // A rehearsal stays on the loopback, whatever address the file binds.
      request.bind = Endpoint(address: server.address, port: 0)
      request.advertise = nil
    }
    request.warn = { [output = run.output] in output.note(.warning, $0) }
    request.credentialProvider = RenewedTokens(
      desired,
      resolver: run.surroundings.secretResolver(allowExec: files.allowExec),
      others: planning.ask ? TerminalCredentials(console: run.console, desired: desired) : nil,
      warn: { [output = run.output] in output.note(.warning, $0) }
    )
    return request
  }

  private func plan(
    _ run: CommandRun,
    _ manifests: LoadedManifests,
    _ store: StateStore,
    _ lock: StateLock?,
    _ slot: EngineSlot
  ) async throws(CommandFailure) -> WorkingRun {
    let credentials = accountCredentials(run, manifests)
    var options = try planning.planOptions(for: manifests.desired)
    options.suspended = try store.standingSuspensions(at: run.surroundings.clock.time)
    let maker = PlanMaker(
      desired: manifests.desired,
      credentials: credentials,
      store: store,
      options: options,
      questions: planning.noRefresh ? nil : questions,
      missingSecrets: manifests.missingSecrets,
      clock: run.surroundings.clock
    )
    let made = try await maker.make { () async throws(CommandFailure) in try await slot.get() }
    try run.stop.check()
    try checkSelection(options, made, run)
    return WorkingRun(
      run: run,
      manifests: manifests,
      credentials: credentials,
      store: store,
      lock: lock,
      engine: slot,
      made: made
    )
  }

  private func accountCredentials(_ run: CommandRun, _ manifests: LoadedManifests) -> AccountCredentials {
    var credentials = AccountCredentials(
      resolver: run.surroundings.secretResolver(allowExec: files.allowExec)
    )
    credentials.resolved = manifests.credentials
    credentials.placeholder = isSandbox ? SandboxSecret.value : nil
    if planning.ask { credentials.ask = AccountCredentials.asking(run.console) }
    return credentials
  }

  private func checkSelection(
    _ options: PlanOptions,
    _ made: MadePlan,
    _ run: CommandRun
  ) throws(CommandFailure) {
    guard !options.only.isEmpty || !options.exclude.isEmpty else { return }
    let owned = Set(made.observed.owned.map(\.account.id))
    for (option, names) in [("--only", options.only), ("--exclude", options.exclude)] {
      let unknown = SelectionCheck(only: names, desired: made.desired, owned: owned).unknown
      guard unknown.isEmpty else {
        let names = unknown.map(\.name).joined(separator: ", ")
        throw CommandFailure(
          .usage,
          "\(option) names what is neither declared nor registered: \(names)",
          rule: "unknown-account"
        )
      }
    }
    let check = SelectionCheck(only: options.only, desired: made.desired, owned: owned)
    let companions = check.companions.filter { !options.exclude.contains($0) }.map(\.name).joined(
      separator: ", "
    )
    if !companions.isEmpty {
      run.output.note(.info, "With them come the accounts they depend on: \(companions)")
    }
  }
}

extension AccountCredentials {
  /// Asks for a password on a terminal; an empty answer is none.
  static func asking(_ console: Console) -> @Sendable (Account, CredentialDeclaration) -> Secret? {
    let asked = AskedSecrets(console: console)
    return { account, declaration in asked.secret(of: account, declaration) }
  }
}
