import ArgumentParser

/// The resident agent: holds, refreshes, repairs, follows the files.
struct WatchCommand: ProgramCommand {
  static let configuration = CommandConfiguration(
    commandName: "watch",
    abstract: "Hold registrations as the files say, for as long as it runs.",
    discussion: """
      Applies the files, keeps what they declare registered, repairs what a registrar lost, and follows \
      every change of the files and of the secrets they refer to. A file that is not valid changes nothing: \
      what was in force before goes on.

      SIGHUP reads the files now. Ctrl-C and SIGTERM stop in order and leave the bindings as they are, so \
      that a restart sends nothing before the next refresh; a second one leaves at once.

      EXAMPLE:
        sipreconcile watch accounts.yaml
        sipreconcile watch accounts.yaml --unregister-on-exit
        sipreconcile watch accounts.yaml -o ndjson
      """
  )

  @OptionGroup var fileOptions: FileOptions

  @Flag(help: "Remove all bindings on the way out, dependents first.")
  var unregisterOnExit = false

  @OptionGroup(title: "Planning") var planning: PlanningOptions
  @OptionGroup(title: "Engine") var engineOptions: EngineOptions
  @OptionGroup var stateOptions: StateOptions
  @OptionGroup var outputOptions: OutputOptions

  func execute(_ run: CommandRun) async throws(CommandFailure) -> CommandEnd {
    let agent = AgentRun(
      files: fileOptions,
      planning: planning,
      engine: engineOptions,
      state: stateOptions,
      unregisterOnExit: unregisterOnExit
    )
    return try await agent.carryOut(run)
  }
}
