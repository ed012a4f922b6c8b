import ArgumentParser

/// Writes the JSON Schema of a document.
struct SchemaCommand: ProgramCommand {
  static let configuration = CommandConfiguration(
    commandName: "schema",
    abstract: "Write the JSON Schema of a document.",
    discussion: """
      The schemas are made from the same types that write the documents. Fields are added over time and \
      never renamed: a reader ignores what it does not know.

      EXAMPLE:
        sipreconcile schema plan > plan.schema.json
      """
  )

  @Argument(help: "plan, report, status, event or diagnostics.")
  var name: SchemaName

  @OptionGroup var outputOptions: OutputOptions

  func execute(_ run: CommandRun) async throws(CommandFailure) -> CommandEnd {
    run.output.json(name.schema)
    return .done
  }
}
