import ArgumentParser
import Reconcile
import StateStore

/// The state that a command works on without any file.
struct OwnedStateOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp("The state file.", valueName: "path"),
    completion: .file(extensions: ["db"])
  )
  var state: String?

  @Option(
    help: ArgumentHelp("The owner whose state it is; not needed where there is one only.", valueName: "name")
  )
  var owner: String?

  /// Opens the state for writing, takes the lease, and lets both go afterwards.
  func withStore(
    _ run: CommandRun,
    command: String,
    _ body: (StateStore, StateLock) async throws(CommandFailure) -> CommandEnd
  ) async throws(CommandFailure) -> CommandEnd {
    let found = try StateSearch(run.surroundings).find(path: state, owner: owner)
    let now = run.surroundings.clock.time
    let store: StateStore
    let lock: StateLock
    do throws(StateError) {
      store = try StateStore.open(at: found.path, owner: found.owner, access: .readWrite)
      lock = try store.acquireLock(holder: .current(command: command, at: now), at: now)
    } catch {
      throw CommandFailure(error)
    }
    defer { lock.release() }
    return try await body(store, lock)
  }

  func rows(of store: StateStore) throws(CommandFailure) -> [OwnedRegistration] {
    do throws(StateError) {
      return try store.owned(matching: nil)
    } catch {
      throw CommandFailure(error)
    }
  }

  /// The accounts of these names, each with its later flows; one that the state does not have is an error.
  func choose(
    _ names: [String],
    allOwned: Bool,
    from rows: [OwnedRegistration]
  ) throws(CommandFailure) -> Set<AccountID> {
    let owned = Set(rows.map(\.account.id))
    if allOwned { return owned }
    let unknown = names.filter { !owned.contains(AccountID($0)) }
    guard unknown.isEmpty else {
      let known = owned.isEmpty ? "none" : owned.sorted().prefix(10).map(\.name).joined(separator: ", ")
      throw CommandFailure(
        .usage,
        "this state does not own \(unknown.joined(separator: ", ")); it owns: \(known)",
        rule: "unknown-account"
      )
    }
    var chosen = Set(names.map { AccountID($0) })
    chosen.formFlows(of: rows.lazy.map(\.account))
    return chosen
  }
}
