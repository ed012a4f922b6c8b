import ArgumentParser

/// How long a run may take.
struct TimingOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The time limit of the whole run, the questions to registrars included, such as 30s or 5m.",
      valueName: "duration"
    ),
    transform: { try OptionValue.read($0, DurationArgument.rule) }
  )
  var timeout: DurationArgument?
}
