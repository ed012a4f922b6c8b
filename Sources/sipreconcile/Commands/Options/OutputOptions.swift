import ArgumentParser

/// How output looks, for every command.
struct OutputOptions: ParsableArguments {
  @Option(name: [.customShort("o"), .long], help: "The payload's form: human, json or ndjson.")
  var output: OutputFormat = .human

  @Option(help: "Colours: auto, always or never; auto honours NO_COLOR.")
  var color: ColorChoice = .auto

  @Option(help: "The least severe notes to write: error, warning, info or debug.")
  var logLevel: LogLevel = .info
}
