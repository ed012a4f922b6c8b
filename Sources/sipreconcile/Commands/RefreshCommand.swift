import Agent
import ArgumentParser
import Reconcile

/// Has a running watch refresh accounts now.
struct RefreshCommand: ProgramCommand {
  static let configuration = CommandConfiguration(
    commandName: "refresh",
    abstract: "Have a running watch send a refresh for accounts now.",
    discussion: """
      Each account gets one REGISTER that changes nothing but its expiry; one that fails and waits for its next \
      attempt is tried now. The watch answers when every account is done or failed. Without a watch, \
      apply refreshes what is due.

      EXAMPLE:
        sipreconcile refresh office
        sipreconcile refresh trunk-a trunk-b --owner office -o json
      """
  )

  @Argument(help: ArgumentHelp("The accounts.", valueName: "name"), completion: AccountNames.completion)
  var names: [String]

  @OptionGroup var timing: TimingOptions
  @OptionGroup var waiting: WaitingOptions
  @OptionGroup var ownedState: OwnedStateOptions
  @OptionGroup var outputOptions: OutputOptions

  func execute(_ run: CommandRun) async throws(CommandFailure) -> CommandEnd {
    let bounded = BoundedRun(run: run, timeLimit: timing.timeout?.duration)
    return try await bounded.carryOut { () async throws(CommandFailure) in
      let found = try StateSearch(run.surroundings).find(path: ownedState.state, owner: ownedState.owner)
      guard let agent = HandedRun(run, statePath: found.path) else {
        throw CommandFailure(
          .failed,
          "no watch runs for \(found.owner): `sipreconcile apply` refreshes what is due",
          rule: "no-watch"
        )
      }
      var request = RunRequest()
      request.refresh = names
      return try await agent.carryOut(request, waits: !waiting.noWait)
    }
  }
}
