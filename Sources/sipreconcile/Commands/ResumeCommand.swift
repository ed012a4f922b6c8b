import Agent
import ArgumentParser
import Reconcile
import StateStore

/// Ends suspensions.
struct ResumeCommand: ProgramCommand {
  static let configuration = CommandConfiguration(
    commandName: "resume",
    abstract: "End the suspension of accounts.",
    discussion: """
      A running watch does at once what has become due for them meanwhile; without one, the next apply does.

      EXAMPLE:
        sipreconcile resume trunk-a
      """
  )

  @Argument(help: ArgumentHelp("The accounts.", valueName: "name"), completion: AccountNames.completion)
  var names: [String]

  @OptionGroup var ownedState: OwnedStateOptions
  @OptionGroup var outputOptions: OutputOptions

  func execute(_ run: CommandRun) async throws(CommandFailure) -> CommandEnd {
    let accounts = names.map { AccountID($0) }
    return try await SuspensionRun(run: run, ownedState: ownedState, command: "resume").carryOut {
      (agent) async throws(ControlError) in
      try await agent.resume(accounts)
    } orInState: { (_, standing) throws(CommandFailure) in
      let others = accounts.filter { !standing.contains($0) }
      guard others.isEmpty else {
        let names = others.map(\.name).joined(separator: ", ")
        throw CommandFailure(.failed, "not suspended: \(names)", rule: "suspended")
      }
      return SuspensionRun.Change(resumed: accounts)
    }
  }
}
