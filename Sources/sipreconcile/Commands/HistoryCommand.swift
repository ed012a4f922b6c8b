import ArgumentParser
import Reconcile
import StateStore

/// Shows the last runs and why they did what they did.
struct HistoryCommand: ProgramCommand {
  static let configuration = CommandConfiguration(
    commandName: "history",
    abstract: "Show the last runs with their causes.",
    discussion: """
      Reads our own state, the newest run first: which plan, from which file, what came of each change, and \
      why it was made. With names, only the runs that did something about one of these accounts. The state \
      keeps 1000 runs, and 200 changes of each: those that did not succeed first.

      EXAMPLE:
        sipreconcile history
        sipreconcile history office --limit 5
        sipreconcile history --owner edge -o json
      """
  )

  @Argument(
    help: ArgumentHelp("The accounts; without any, all.", valueName: "name"),
    completion: AccountNames.completion
  )
  var names: [String] = []

  @Option(help: ArgumentHelp("The most runs to show.", valueName: "number"))
  var limit = 20

  @OptionGroup var ownedState: OwnedStateOptions
  @OptionGroup var outputOptions: OutputOptions

  func validate() throws {
    guard (1...1000).contains(limit) else { throw ValidationError("--limit takes a number from 1 to 1000.") }
  }

  func execute(_ run: CommandRun) async throws(CommandFailure) -> CommandEnd {
    let found = try StateSearch(run.surroundings).find(path: ownedState.state, owner: ownedState.owner)
    let document = HistoryDocument(owner: found.owner, try records(in: found.path, found.owner))
    switch run.output.format {
    case .human:
      let text = HistoryText(document, palette: run.output.palette)
      for line in text.lines() { run.console.output(line) }
    case .markdown: for line in HistoryMarkdown(document).lines() { run.console.output(line) }
    case .json: run.output.json(document)
    case .ndjson: run.output.jsonLine(document)
    }
    return .done
  }

  private func records(in path: String, _ owner: String) throws(CommandFailure) -> [RunRecord] {
    do throws(StateError) {
      let store = try StateStore.open(at: path, owner: owner, access: .readOnly)
      return try store.runs(limit: limit, of: names.map { AccountID($0) })
    } catch {
      throw CommandFailure(error)
    }
  }
}
