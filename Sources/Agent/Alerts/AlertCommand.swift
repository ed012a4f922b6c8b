import Foundation

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// One run of a program for one alert: the JSON on its input, what it is about in its environment.
struct AlertCommand: Sendable {
  let path: String
  let alert: AgentAlert

  static let patience = Duration.seconds(30)
  /// What every pipe holds.
  private static let longest = 60_000

  /// Runs it to its end; what went wrong, or nil. A program that takes too long is killed, and so is one that still
  /// runs when the task is cancelled.
  func run(_ body: Data) async -> String? {
    let process = Process()
    process.executableURL = URL(filePath: path)
    var environment = ProcessInfo.processInfo.environment
    environment["SIPRECONCILE_ALERT"] = alert.type.rawValue
    environment["SIPRECONCILE_ACCOUNT"] = alert.account
    process.environment = environment
    process.standardOutput = FileHandle.nullDevice
    let input = Pipe()
    process.standardInput = input
    let (ends, end) = AsyncStream<Int32>.makeStream()
    process.terminationHandler = {
      end.yield($0.terminationStatus)
      end.finish()
    }
    do {
      // Before it runs: writing to a program that has ended would end us too. An alert fits into any pipe.
      try input.fileHandleForWriting.write(contentsOf: body.prefix(AlertCommand.longest))
      try input.fileHandleForWriting.close()
      try process.run()
    } catch {
      return "the program for alerts cannot be run: \(error)"
    }
    let status = await TimeLimit.wait(AlertCommand.patience) { () async -> Int32? in
      for await status in ends { return status }
      return nil
    }
    guard let status else {
      kill(process.processIdentifier, SIGKILL)
      let limit = AlertCommand.patience.components.seconds
      return Task.isCancelled
        ? "the program for alerts was ended with the watch"
        : "the program for alerts did not end within \(limit) s"
    }
    return status == 0 ? nil : "the program for alerts ended with status \(status)"
  }
}
