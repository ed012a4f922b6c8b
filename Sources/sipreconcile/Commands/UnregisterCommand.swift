import ArgumentParser
import Reconcile
import StateStore

/// Unregisters accounts that we own, dependents first.
struct UnregisterCommand: ProgramCommand {
  static let configuration = CommandConfiguration(
    commandName: "unregister",
    abstract: "Unregister accounts that we own, dependents first.",
    discussion: """
      Works from the state alone: no file is needed, and the passwords are found again by the references \
      that the state remembers. What cannot be unregistered stays in the state, and the next apply tries \
      again until the binding has expired. A file that still declares the account registers it again.

      Accounts that share the contact of a named one, or need it registered, go with it, before it.

      EXAMPLE:
        sipreconcile unregister office --owner office
        sipreconcile unregister --all-owned --state /var/lib/sipreconcile/office.db
      """
  )

  @Argument(help: ArgumentHelp("The accounts.", valueName: "name"), completion: AccountNames.completion)
  var names: [String] = []

  @Flag(help: "All accounts that this state owns.")
  var allOwned = false

  @OptionGroup var timing: TimingOptions

  @Flag(help: "Ask for a missing password on the terminal.")
  var ask = false

  @Flag(help: "Let fromCommand run programs.")
  var allowExec = false

  @OptionGroup(title: "Engine") var engineOptions: EngineOptions
  @OptionGroup var ownedState: OwnedStateOptions
  @OptionGroup var outputOptions: OutputOptions

  func validate() throws {
    if names.isEmpty, !allOwned { throw ValidationError("Name the accounts, or say --all-owned.") }
    if !names.isEmpty, allOwned {
      throw ValidationError("Name the accounts or say --all-owned, not both.")
    }
  }

  func execute(_ run: CommandRun) async throws(CommandFailure) -> CommandEnd {
    try run.console.checkAsking(ask)
    return try await BoundedRun(run: run, timeLimit: timing.timeout?.duration).carryOut {
      () async throws(CommandFailure) in
      try await ownedState.withStore(run, command: "unregister") {
        (store, lock) async throws(CommandFailure) in
        let owned = try ownedState.rows(of: store)
        var chosen = try ownedState.choose(names, allOwned: allOwned, from: owned)
        let dependents = Self.dependents(of: chosen, in: owned)
        if !dependents.isEmpty {
          let names = dependents.map(\.name).joined(separator: ", ")
          run.output.note(.info, "With them go the accounts that depend on them: \(names)")
          chosen.formUnion(dependents)
        }
        return try await unregister(chosen, in: store, lock, run)
      }
    }
  }

  /// Accounts that share the contact of a chosen one, or need it registered, over any number of levels: theirs
  /// would be bindings that lead nowhere.
  private static func dependents(of chosen: Set<AccountID>, in owned: [OwnedRegistration]) -> [AccountID] {
    var dependents: [AccountID: [AccountID]] = [:]
    for row in owned where row.phase != .cleared {
      for dependency in row.account.dependsOn
      where dependency.contact == .share || dependency.condition == .registered {
        dependents[dependency.account, default: []].append(row.account.id)
      }
    }
    var all = chosen
    var open = Array(chosen)
    while let id = open.popLast() {
      for dependent in dependents[id] ?? [] where all.insert(dependent).inserted { open.append(dependent) }
    }
    return all.subtracting(chosen).sorted()
  }

  private func unregister(
    _ chosen: Set<AccountID>,
    in store: StateStore,
    _ lock: StateLock,
    _ run: CommandRun
  ) async throws(CommandFailure) -> CommandEnd {
    var options = PlanOptions()
    // Nothing is declared, so all that is chosen leaves; that was asked for by name.
    options.allowEmpty = true
    options.allowUnregister = .max
    options.only = chosen
    options.liveSource = .state
    var credentials = AccountCredentials(resolver: run.surroundings.secretResolver(allowExec: allowExec))
    if ask { credentials.ask = AccountCredentials.asking(run.console) }
    var request = try engineOptions.request(EngineSettings(), limits: [], run.surroundings)
    request.warn = { [output = run.output] in output.note(.warning, $0) }
    let slot = EngineSlot(request, run.surroundings.composition)
    let maker = PlanMaker(
      desired: DesiredState(owner: store.owner),
      credentials: credentials,
      store: store,
      options: options,
      clock: run.surroundings.clock
    )
    var made = try await maker.make { () async throws(CommandFailure) in try await slot.get() }
    for position in made.plan.changes.indices { made.plan.changes[position].cause = Cause(.requested) }
    if run.output.format != .json { run.output.plan(made.document()) }
    if run.output.format.isForPeople { run.console.output("") }
    let execution = PlanExecution(
      run: run,
      made: made,
      credentials: credentials,
      store: store,
      lock: lock,
      engine: slot,
      seed: engineOptions.seed,
      source: "unregister"
    )
    let result: Result<CommandEnd, CommandFailure>
    do throws(CommandFailure) {
      result = .success(try await execution.carryOut().end)
    } catch {
      result = .failure(error)
    }
    await slot.shutdown()
    return try result.get()
  }
}
