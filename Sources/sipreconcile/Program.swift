import Agent
import ArgumentParser

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The program: arguments in, output and an exit status out.
@main
struct Program: Sendable {
  let surroundings: Surroundings

  static func main() async {
    StandardStreams.keepNumbers()
    ProcessMemory.keepTogether()
    let status = await Program(surroundings: .real()).run(Array(CommandLine.arguments.dropFirst()))
    HiddenLine.showAgain()
    exit(status)
  }

  /// Runs the command. What is done but could not be told has failed: whoever reads the output would take a
  /// part for the whole.
  func run(_ arguments: [String]) async -> Int32 {
    let status = await parseAndRun(arguments)
    let toldItsEnd = [ExitStatus.done, .changesPending].contains { $0.rawValue == status }
    return toldItsEnd && surroundings.console.isOutputLost() ? ExitStatus.failed.rawValue : status
  }

  /// Parses the arguments, runs the command, and writes the end in the form that was asked for.
  private func parseAndRun(_ arguments: [String]) async -> Int32 {
    do {
      var command = try RootCommand.parseAsRoot(arguments)
      guard let program = command as? any ProgramCommand else {
        // Help in its different spellings.
        try command.run()
        return 0
      }
      return await run(program).rawValue
    } catch {
      return refuse(error, arguments)
    }
  }

  private func run(_ command: any ProgramCommand) async -> ExitStatus {
    var output = RunOutput(command.outputOptions, surroundings)
    // What goes on has no one document: as JSON it is a line for each event too.
    if command.goesOn, output.format == .json { output.format = .ndjson }
    let run = CommandRun(surroundings: surroundings, output: output)
    do throws(CommandFailure) {
      let end = try await command.execute(run)
      run.output.finish(end.status, summary: end.summary)
      return end.status
    } catch {
      run.output.failure(error)
      run.output.finish(error.status)
      return error.status
    }
  }

  /// Help and versions go to standard output, wrong usage to standard error.
  private func refuse(_ error: any Error, _ arguments: [String]) -> Int32 {
    let text = RootCommand.fullMessage(for: error)
    let code = RootCommand.exitCode(for: error)
    guard !code.isSuccess else {
      surroundings.console.output(text)
      return 0
    }
    surroundings.console.note(text)
    let output = RunOutput(Self.format(in: arguments), color: .never, logLevel: .error, surroundings)
    // People have read it already.
    if !output.format.isForPeople {
      output.failure(CommandFailure(.usage, RootCommand.message(for: error), rule: "usage"), isNoted: true)
      output.finish(.usage)
    }
    return ExitStatus.usage.rawValue
  }

  /// The form that the arguments, though wrong, ask for: whoever reads JSON gets JSON in any case.
  private static func format(in arguments: [String]) -> OutputFormat {
    for (position, argument) in arguments.enumerated() {
      for prefix in ["-o=", "--output=", "-o"] where argument.hasPrefix(prefix) {
        if let format = OutputFormat(rawValue: String(argument.dropFirst(prefix.count))) { return format }
      }
      if ["-o", "--output"].contains(argument), let value = arguments.dropFirst(position + 1).first {
        return OutputFormat(rawValue: value) ?? .human
      }
    }
    return .human
  }
}
