import ArgumentParser

/// How output looks, for every command.
struct OutputOptions: ParsableArguments {
  @Option(name: [.customShort("o"), .long], help: "The payload's form: human, json, ndjson or markdown.")
  var output: OutputFormat = .human

  @Option(help: "Colours: auto, always or never; auto honours NO_COLOR.")
  var color: ColorChoice = .auto

  @Option(help: "The least severe notes to write: error, warning, info or debug.")
  var logLevel: LogLevel = .info

  /// Throws for another form than the human one, where a command's payload has a form of its own.
  func checkHumanOnly(_ what: String) throws {
    guard output == .human else {
      throw ValidationError("\(what); -o \(output.rawValue) does not go with it.")
    }
  }
}
