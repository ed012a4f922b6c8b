import Agent
import ArgumentParser

/// The resident agent: holds, refreshes, repairs, follows the files.
struct WatchCommand: ProgramCommand {
  static let configuration = CommandConfiguration(
    commandName: "watch",
    abstract: "Stay: hold, refresh and repair registrations, and follow the files.",
    discussion: """
      Applies the files, keeps every binding alive, repairs what is lost, and applies the files anew when \
      they or their secrets change. With --git the files come from a repository, which the program git \
      fetches; status, plans and history name the commit. A file that is not valid changes nothing: what was in force before goes \
      on. SIGHUP reads the files now. SIGTERM and Ctrl-C keep the bindings, unless --unregister-on-exit \
      removes them: then the exit code is 6 if a registrar did not confirm all within the time. A second \
      signal leaves at once. `sipreconcile status` asks the running agent.

      EXAMPLE:
        sipreconcile watch accounts.yaml
        sipreconcile watch accounts.yaml -o ndjson --unregister-on-exit
        sipreconcile watch --git https://git.example.org/voice.git --ref main --path accounts.yaml
      """
  )

  @OptionGroup var source: WatchedSource

  @Flag(help: "Remove all bindings at the end, dependents first, within 30 seconds.")
  var unregisterOnExit = false

  @Option(
    help: ArgumentHelp(
      "Serve /metrics for Prometheus, /livez and /readyz over HTTP at this address.",
      valueName: "host:port"
    ),
    transform: { try OptionValue.read($0, BindAddress.rule) }
  )
  var metricsListen: BindAddress?

  @Option(
    help: ArgumentHelp(
      "Post an event as JSON there when an account is stalled, recovers or has drifted, or the files are not valid.",
      valueName: "url"
    )
  )
  var alertURL: String?

  @Option(
    help: ArgumentHelp(
      "Run this program for each such event, with the JSON on its input.",
      valueName: "program"
    ),
    completion: .file()
  )
  var alertCommand: String?

  @OptionGroup(title: "Planning") var planning: PlanningOptions
  @OptionGroup(title: "Engine") var engineOptions: EngineOptions
  @OptionGroup var stateOptions: StateOptions
  @OptionGroup var outputOptions: OutputOptions

  var goesOn: Bool { true }

  func validate() throws {
    if let alertURL, !alertURL.hasPrefix("https://"), !alertURL.hasPrefix("http://") {
      throw ValidationError("--alert-url: it begins with https:// or http://.")
    }
    guard planning.labels.isEmpty else {
      throw ValidationError("watch goes without --label; name the accounts with --only.")
    }
  }

  func execute(_ run: CommandRun) async throws(CommandFailure) -> CommandEnd {
    let watching = WatchRun(
      files: source.reading.manifests(source.git == nil ? source.files : source.path),
      repository: source.repository,
      planning: planning,
      engine: engineOptions,
      state: stateOptions,
      unregistersOnExit: unregisterOnExit,
      metricsAddress: metricsListen?.endpoint,
      alerts: AlertTargets(url: alertURL, command: alertCommand)
    )
    return try await watching.carryOut(run)
  }
}
