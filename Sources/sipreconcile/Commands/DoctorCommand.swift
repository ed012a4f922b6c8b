import ArgumentParser
import Manifests
import Reconcile
import SIP

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
      addresses and limits.

        ✓ in order    ! works, and may not for long    ✗ does not work, with what to do

      Ends with status 6 if anything does not work, and 8 if the time limit came first.

      EXAMPLE:
        sipreconcile doctor accounts.yaml
        sipreconcile doctor accounts.yaml --only office --dns-server 192.0.2.53
        sipreconcile doctor accounts.yaml --limit 1000 -o json
      """
  )

  @OptionGroup var fileOptions: FileOptions
  @OptionGroup(title: "Accounts") var choice: AccountChoice

  @Option(help: ArgumentHelp("The most accounts to ask about at each next hop.", valueName: "number"))
  var limit = 3

  @Option(
    help: ArgumentHelp("The time limit of the whole run.", valueName: "duration"),
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
    let (reading, complaints) = try await fileOptions.inspect(run)
    guard var desired = reading.result.desired else {
      throw CommandFailure(.invalidManifest, reading.diagnostics)
    }
    reading.credentials.fillPushIDs(of: &desired)
    let path = try stateOptions.path(owner: desired.owner, run.surroundings)
    var request = try engineOptions.request(desired.engine, limits: [])
    if let trace = engineOptions.trace { request.trace = try TraceFile.open(trace, run.surroundings) }
    var local = LocalExamination(run, owner: desired.owner, statePath: path)
    let accounts = try choice.accounts(of: desired)
    local.secrets = Set(accounts.flatMap { $0.credentials.map(\.secret) }).count
    local.complaints = complaints
    local.request = request
    local.followed = reading.result.files
    return Examination(
      run: run,
      accounts: accounts,
      credentials: credentials(of: accounts, reading.credentials),
      request: request,
      limit: choice.only.isEmpty ? limit : .max,
      local: local,
      resting: await local.resting()
    )
  }

  /// Without the accounts of which a secret cannot be had.
  private func credentials(
    of accounts: [Account],
    _ resolved: ResolvedCredentials
  ) -> [AccountID: [Credential]] {
    var known: [AccountID: [Credential]] = [:]
    for account in accounts where resolved[account.id].count == account.credentials.count {
      known[account.id] = resolved[account.id]
    }
    return known
  }
}
