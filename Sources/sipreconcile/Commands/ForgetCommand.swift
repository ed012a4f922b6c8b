import ArgumentParser
import Reconcile
import StateStore

/// Drops an account from the state without any traffic.
struct ForgetCommand: ProgramCommand {
  static let configuration = CommandConfiguration(
    commandName: "forget",
    abstract: "Drop an account from our state, without any traffic.",
    discussion: """
      What is bound stays bound until it expires, and is no longer ours. For an account that another \
      program takes over, or whose registrar is gone.

      EXAMPLE:
        sipreconcile forget office --owner office
      """
  )

  @Argument(help: ArgumentHelp("The account.", valueName: "name"), completion: AccountNames.completion)
  var name: String

  @OptionGroup var ownedState: OwnedStateOptions
  @OptionGroup var outputOptions: OutputOptions

  func execute(_ run: CommandRun) async throws(CommandFailure) -> CommandEnd {
    try await ownedState.withStore(run, command: "forget") { (store, _) async throws(CommandFailure) in
      let owned = try ownedState.rows(of: store)
      let chosen = try ownedState.choose([name], allOwned: false, from: owned)
      let rows = owned.filter { chosen.contains($0.account.id) }
      do throws(StateError) {
        try store.remove(callIDs: rows.map(\.callID))
      } catch {
        throw CommandFailure(error)
      }
      tell(rows, of: store.owner, run)
      return .done
    }
  }

  private func tell(_ rows: [OwnedRegistration], of owner: String, _ run: CommandRun) {
    let now = run.surroundings.clock.time
    let sentence = Self.sentence(rows, at: now)
    switch run.output.format {
    case .human, .markdown: run.output.note(.info, sentence)
    case .json: run.output.json(ForgetDocument(owner: owner, rows, at: now))
    case .ndjson: run.output.event(.notice(.note, sentence, at: now, run: run.output.runID))
    }
  }

  private static func sentence(_ rows: [OwnedRegistration], at now: Timestamp) -> String {
    let name = rows[0].account.declaredID
    let bound = rows.filter { $0.mayBeBound(at: now) }
    guard let last = bound.compactMap(\.expiresAt).max() else { return "Forgotten: \(name)." }
    return "Forgotten: \(name). Its binding lasts until \(last) unless someone removes it."
  }
}
