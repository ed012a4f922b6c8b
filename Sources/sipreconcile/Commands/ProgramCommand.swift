import ArgumentParser

/// A command of the program: parsed by ArgumentParser, run with everything given to it.
protocol ProgramCommand: ParsableCommand {
  var outputOptions: OutputOptions { get }
  /// True for what stays until it is told to stop, and tells what happens meanwhile.
  var goesOn: Bool { get }

  /// Does the work and writes the payload; what it throws is written by the program.
  func execute(_ run: CommandRun) async throws(CommandFailure) -> CommandEnd
}

extension ProgramCommand {
  var goesOn: Bool { false }
}
