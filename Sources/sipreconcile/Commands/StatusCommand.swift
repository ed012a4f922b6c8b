import Agent
import ArgumentParser
import Reconcile
import StateStore

/// Shows what is registered, as a running agent or our state knows it.
struct StatusCommand: ProgramCommand {
  static let configuration = CommandConfiguration(
    commandName: "status",
    abstract: "Show what is registered, without asking any registrar.",
    discussion: """
      Asks the agent that runs for this state; without one it reads the state that the last run left, and \
      says so.

      EXAMPLE:
        sipreconcile status
        sipreconcile status office push -o json
      """
  )

  @Argument(help: ArgumentHelp("The accounts to show; without any, all.", valueName: "name"))
  var names: [String] = []

  @OptionGroup var ownedState: OwnedStateOptions
  @OptionGroup var outputOptions: OutputOptions

  func execute(_ run: CommandRun) async throws(CommandFailure) -> CommandEnd {
    let found = try StateSearch(run.surroundings).find(path: ownedState.state, owner: ownedState.owner)
    var document = try await status(found.path, owner: found.owner, run)
    try choose(from: &document)
    run.output.status(document)
    return .done
  }

  private func status(
    _ path: String,
    owner: String,
    _ run: CommandRun
  ) async throws(CommandFailure) -> StatusDocument {
    let now = run.surroundings.clock.time
    do throws(ControlError) {
      return try await AgentCall(path: AgentCall.path(forStateAt: path)).status()
    } catch {
      // No agent is the usual case; the state says all that is known then.
      run.output.note(.debug, error.description)
    }
    do throws(StateError) {
      let rows = try StateStore.open(at: path, owner: owner, access: .readOnly).owned(matching: nil)
      return StatusDocument(
        owner: owner,
        at: now,
        accounts: StatusBuilder(desired: nil, at: now).accounts(owned: rows)
      )
    } catch {
      throw CommandFailure(error)
    }
  }

  private func choose(from document: inout StatusDocument) throws(CommandFailure) {
    guard !names.isEmpty else { return }
    let known = Set(document.accounts.map(\.account.name))
    let unknown = names.filter { !known.contains($0) }
    guard unknown.isEmpty else {
      let list = known.isEmpty ? "none" : known.sorted().prefix(10).joined(separator: ", ")
      throw CommandFailure(
        .usage,
        "no such account: \(unknown.joined(separator: ", ")); known are: \(list)",
        rule: "unknown-account"
      )
    }
    document.accounts.removeAll { !names.contains($0.account.name) }
  }
}
