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
    let status = await Program(surroundings: .real()).run(Array(CommandLine.arguments.dropFirst()))
    HiddenLine.showAgain()
    exit(status)
  }

  /// Parses the arguments, runs the command, and writes the end in the form that was asked for.
  func run(_ arguments: [String]) async -> Int32 {
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
    let run = CommandRun(
      surroundings: surroundings,
      output: RunOutput(command.outputOptions, surroundings)
    )
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
    if Self.asksForEvents(arguments) {
      RunOutput(.ndjson, color: .never, logLevel: .error, surroundings).finish(.usage)
    }
    return ExitStatus.usage.rawValue
  }

  /// True if the arguments, though wrong, ask for NDJSON, which ends with a `run_summary` in any case.
  private static func asksForEvents(_ arguments: [String]) -> Bool {
    let joined = arguments.contains { ["-o=ndjson", "-ondjson", "--output=ndjson"].contains($0) }
    return joined
      || zip(arguments, arguments.dropFirst()).contains { ["-o", "--output"].contains($0) && $1 == "ndjson" }
  }
}
