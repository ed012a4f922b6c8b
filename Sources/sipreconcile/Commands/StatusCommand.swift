import Agent
import ArgumentParser
import Reconcile
import StateStore

/// Shows how accounts stand.
struct StatusCommand: ProgramCommand {
  static let configuration = CommandConfiguration(
    commandName: "status",
    abstract: "Show how accounts stand.",
    discussion: """
      Asks the running agent; where none runs, it reads our own state. Registrars are not asked: that is \
      what plan and drift do. With --follow each change is shown as it comes, until Ctrl-C; as JSON, each is a \
      line with all accounts.

      EXAMPLE:
        sipreconcile status
        sipreconcile status office --owner office -o json
        sipreconcile status --follow
      """
  )

  @Argument(
    help: ArgumentHelp("The accounts; without any, all.", valueName: "name"),
    completion: AccountNames.completion
  )
  var names: [String] = []

  @Flag(help: "Go on, and show each change.")
  var follow = false

  @OptionGroup var ownedState: OwnedStateOptions
  @OptionGroup var outputOptions: OutputOptions

  func execute(_ run: CommandRun) async throws(CommandFailure) -> CommandEnd {
    let found = try StateSearch(run.surroundings).find(path: ownedState.state, owner: ownedState.owner)
    let reading = StatusReading(run: run, path: found.path, owner: found.owner)
    guard !follow else {
      let following = StatusFollowing(reading: reading) { [self] document throws(CommandFailure) in
        try choose(&document)
      }
      return try await following.carryOut(run)
    }
    var document = try await reading.document()
    try choose(&document)
    switch run.output.format {
    case .human:
      for line in StatusText(document, palette: run.output.palette).lines() { run.console.output(line) }
    case .markdown: for line in StatusMarkdown(document).lines() { run.console.output(line) }
    case .json: run.output.json(document)
    case .ndjson: run.output.jsonLine(document)
    }
    return .done
  }

  private func choose(_ document: inout StatusDocument) throws(CommandFailure) {
    guard !names.isEmpty else { return }
    let known = Set(document.accounts.map(\.account.name))
    let unknown = names.filter { !known.contains($0) }
    guard unknown.isEmpty else {
      let message = "no account is named \(unknown.joined(separator: ", "))"
      throw CommandFailure(.usage, message, rule: "unknown-account")
    }
    document.accounts.removeAll { account in
      !names.contains(account.account.name) && account.flowOf.map { names.contains($0.name) } != true
    }
  }
}
