import Agent

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif
#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

extension Surroundings {
  /// Those of the process.
  static func real() -> Surroundings {
    let environment = ProcessInfo.processInfo.environment
    return Surroundings(
      console: .standard(environment: environment),
      environment: environment,
      workingDirectory: FileManager.default.currentDirectoryPath,
      clock: SystemClock(),
      makeRunID: {
        let number = UInt64.random(in: .min ... .max)
        let digits = String(number, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
      },
      interruptions: { ProcessSignals.interruptions() },
      agentSignals: { ProcessSignals.agentSignals() },
      listRequests: { ProcessSignals.listRequests() },
      composition: .real
    )
  }
}

extension Console {
  /// The process' own streams.
  static func standard(environment: [String: String]) -> Console {
    // There is nowhere to tell of what standard error does not take.
    let error = FileSink(STDERR_FILENO) { _ in }
    let output = FileSink(STDOUT_FILENO) { reason in
      error.write("error: standard output cannot be written: \(reason); what was printed is not whole\n")
    }
    return Console(
      writeOutput: { output.write($0) },
      writeError: { error.write($0) },
      isOutputLost: { output.hasLost },
      isOutputTerminal: isatty(STDOUT_FILENO) == 1,
      isErrorTerminal: isatty(STDERR_FILENO) == 1,
      isInputTerminal: isatty(STDIN_FILENO) == 1,
      columns: columns(environment),
      ask: { prompt in
        error.write(prompt)
        return HiddenLine.read()
      }
    )
  }

  private static func columns(_ environment: [String: String]) -> Int {
    var size = winsize()
    if ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 { return Int(size.ws_col) }
    return environment["COLUMNS"].flatMap { Int($0) } ?? 100
  }
}
