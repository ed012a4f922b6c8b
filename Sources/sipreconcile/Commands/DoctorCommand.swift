import ArgumentParser
import Manifests
import Reconcile
import SIP
import StateStore

/// Checks what registrations need, without touching a binding.
struct DoctorCommand: ProgramCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor",
    abstract: "Check DNS, servers, TLS and passwords without touching a binding.",
    discussion: """
      For each registrar and outbound proxy that the files use: what the name servers say, step by step; which \
      servers would be tried, in order; whether each answers, over TLS with which certificate, and how it \
      sees our address. For a few accounts of each: a REGISTER without Contact, which tells whether the \
      password is right and how much is bound, and changes nothing. Then this machine: state, secrets, \
      addresses and limits. Without files it is about what our state owns.

        ✓  in order
        !  works, and may not for long or not for everything
        ✗  does not work; what to do stands below

      Ends with status 6 if anything does not work, and 8 if the time limit came first.

      EXAMPLE:
        sipreconcile doctor accounts.yaml
        sipreconcile doctor accounts.yaml --only office --dns-server 192.0.2.53
        sipreconcile doctor accounts.yaml --limit 1000 -o json
        sipreconcile doctor --owner office
      """
  )

  @OptionGroup var source: ExaminedSource
  @OptionGroup(title: "Accounts") var choice: AccountChoice

  @Option(help: ArgumentHelp("The most accounts to ask about at each next hop.", valueName: "number"))
  var limit = 3

  @Option(
    help: ArgumentHelp("The time limit of the whole run; a minute if not given.", valueName: "duration"),
    transform: { try OptionValue.read($0, DurationArgument.rule) }
  )
  var timeout = DurationArgument(argument: "1m")!

  @OptionGroup(title: "Engine") var engineOptions: EngineOptions
  @OptionGroup var stateOptions: StateOptions
  @OptionGroup var outputOptions: OutputOptions

  func validate() throws {
    guard limit >= 0 else { throw ValidationError("--limit takes a number from 0.") }
  }

  func execute(_ run: CommandRun) async throws(CommandFailure) -> CommandEnd {
    let document = try await BoundedRun(run: run, timeLimit: timeout.duration).carryOut {
      () async throws(CommandFailure) in
      try await examination(run).carryOut()
    }
    switch run.output.format {
    case .human:
      for line in DoctorText(document, palette: run.output.palette).lines() { run.console.output(line) }
    case .markdown: for line in DoctorMarkdown(document).lines() { run.console.output(line) }
    case .json: run.output.json(document)
    // Each finding was written when it came.
    case .ndjson: break
    }
    if let cause = run.stop.cause { return CommandEnd(cause.status) }
    return CommandEnd(document.summary.problems > 0 ? .someFailed : .done)
  }

  private func examination(_ run: CommandRun) async throws(CommandFailure) -> Examination {
    let subject = try await source.subject(run, stateOptions)
    let accounts = try choice.accounts(of: subject.accounts)
    let request = try engineOptions.request(subject.engine, limits: subject.limits, run.surroundings)
    var local = LocalExamination(run, owner: subject.owner, statePath: subject.statePath)
    local.secrets = Set(accounts.flatMap { $0.credentials.map(\.secret) }).count
    local.complaints = subject.complaints
    local.request = request
    local.followed = subject.files
    return Examination(
      run: run,
      accounts: accounts,
      credentials: subject.credentials,
      request: request,
      limit: choice.only.isEmpty ? limit : .max,
      local: local,
      resting: await local.resting()
    )
  }
}
