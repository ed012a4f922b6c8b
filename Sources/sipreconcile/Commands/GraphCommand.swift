import ArgumentParser
import Reconcile

/// Draws which account depends on which.
struct GraphCommand: ProgramCommand {
  static let configuration = CommandConfiguration(
    commandName: "graph",
    abstract: "Draw which account depends on which.",
    discussion: """
      Masters come first, and below or to the right of them whoever waits for them. In a text an account \
      with several masters stands below the one whose contact it shares, and names the others. No network \
      and no secrets are needed; a file that is not valid ends with status 3.

      EXAMPLE:
        sipreconcile graph accounts.yaml
        sipreconcile graph accounts.yaml --format svg > accounts.svg
        sipreconcile graph accounts.yaml --format dot | dot -Tpdf > accounts.pdf
      """
  )

  @OptionGroup var fileOptions: FileOptions

  @Option(help: "text, dot, mermaid or svg.")
  var format: GraphFormat = .text

  @OptionGroup var outputOptions: OutputOptions

  func validate() throws {
    try outputOptions.checkHumanOnly("graph has forms of its own, with --format")
  }

  func execute(_ run: CommandRun) async throws(CommandFailure) -> CommandEnd {
    let loaded = try await BoundedRun(run: run).carryOut { () async throws(CommandFailure) in
      try await fileOptions.manifests.load(run, secrets: .ignored)
    }
    for line in format.lines(of: AccountGraph(loaded.desired)) { run.console.output(line) }
    return .done
  }
}
