import Agent
import ArgumentParser
import Reconcile
import StateStore

/// Has accounts left alone for a while.
struct SuspendCommand: ProgramCommand {
  static let configuration = CommandConfiguration(
    commandName: "suspend",
    abstract: "Leave accounts alone for a while: nothing is sent for them.",
    discussion: """
      No refresh, no retry, no change and no removal is sent for a suspended account, by a watch or by apply. \
      What is bound stays bound until it expires, and dependents go on for that long. At the end of the time, \
      or with resume, what has become due is done. A watch need not run; a restart changes nothing.

      EXAMPLE:
        sipreconcile suspend trunk-a --for 2h --reason "maintenance of the carrier"
        sipreconcile suspend trunk-a trunk-b
      """
  )

  @Argument(help: ArgumentHelp("The accounts.", valueName: "name"), completion: AccountNames.completion)
  var names: [String]

  @Option(
    name: .customLong("for"),
    help: ArgumentHelp("For how long, such as 30m or 2h; without it, until resume.", valueName: "duration"),
    transform: { try OptionValue.read($0, DurationArgument.rule) }
  )
  var duration: DurationArgument?

  @Option(help: "Why, for whoever looks at the status.")
  var reason = ""

  @OptionGroup var ownedState: OwnedStateOptions
  @OptionGroup var outputOptions: OutputOptions

  func validate() throws {
    if let duration, duration.duration < .seconds(1) {
      throw ValidationError("--for: a suspension lasts a second at least.")
    }
  }

  func execute(_ run: CommandRun) async throws(CommandFailure) -> CommandEnd {
    let accounts = names.map { AccountID($0) }
    return try await SuspensionRun(run: run, ownedState: ownedState, command: "suspend").carryOut {
      (agent) async throws(ControlError) in
      try await agent.suspend(accounts, for: duration?.duration, reason: reason)
    } orInState: { (store, _) throws(CommandFailure) in
      let now = run.surroundings.clock.time
      _ = try ownedState.choose(names, allOwned: false, from: try ownedState.rows(of: store))
      let suspensions = accounts.map { id in
        Suspension(account: id, since: now, until: duration.map { now + $0.duration }, reason: reason)
      }
      return SuspensionRun.Change(suspended: suspensions)
    }
  }
}
