import ArgumentParser

/// Writes the JSON Schema of a document, or says the same in Markdown.
struct SchemaCommand: ProgramCommand {
  static let configuration = CommandConfiguration(
    commandName: "schema",
    abstract: "Write the JSON Schema of the file, or of a document.",
    discussion: """
      `config` is the schema of the file itself, for editors: each key with its meaning, unit and default. \
      The others are made from the same types that write the documents. Fields are added over time and \
      never renamed: a reader ignores what it does not know. With -o markdown each is a page for people: \
      `schema config -o markdown` is the reference of the file.

      EXAMPLE:
        sipreconcile schema config > config.json
        sipreconcile schema config -o markdown > reference.md
        sipreconcile schema plan > plan.schema.json
      """
  )

  @Argument(help: "config, plan, report, status, event, diagnostics, forget, suspension, history or doctor.")
  var name: SchemaName

  @OptionGroup var outputOptions: OutputOptions

  func execute(_ run: CommandRun) async throws(CommandFailure) -> CommandEnd {
    switch run.output.format {
    case .human, .json: run.output.json(name.schema)
    case .ndjson: run.output.jsonLine(name.schema)
    case .markdown: for line in name.markdown { run.output.console.output(line) }
    }
    return .done
  }
}
