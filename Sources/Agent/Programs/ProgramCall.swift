import Foundation

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// One run of another program, to its end and no longer than it may take.
package struct ProgramCall: Sendable {
  package enum End: Sendable, Equatable {
    case exit(Int32)
    /// It was killed, for the time was over.
    case late
    /// It was killed, for nobody waits for it any more.
    case cancelled
    /// It could not be run; with the system's words.
    case notRun(String)
  }

  /// Absolute.
  let path: String
  var arguments: [String] = []
  var environment: [String: String]
  /// What is on its standard input: a pipe's worth at most.
  var input = Data()
  /// Where its standard output and its errors go; nil: the output nowhere, the errors where ours do.
  var output: FileHandle?
  let patience: Duration

  /// What every pipe holds.
  private static let longestInput = 60_000

  func run() async -> End {
    let process = Process()
    process.executableURL = URL(filePath: path)
    process.arguments = arguments
    process.environment = environment
    process.standardOutput = output ?? FileHandle.nullDevice
    process.standardError = output ?? FileHandle.standardError
    let pipe = Pipe()
    process.standardInput = pipe
    let (ends, end) = AsyncStream<Int32>.makeStream()
    process.terminationHandler = {
      end.yield($0.terminationStatus)
      end.finish()
    }
    do {
      // Before it runs: writing to a program that has ended would end us too.
      try pipe.fileHandleForWriting.write(contentsOf: input.prefix(ProgramCall.longestInput))
      try pipe.fileHandleForWriting.close()
      try process.run()
    } catch {
      return .notRun("\(error)")
    }
    let status = await TimeLimit.wait(patience) { () async -> Int32? in
      for await status in ends { return status }
      return nil
    }
    if let status { return .exit(status) }
    ProgramCall.end(process.processIdentifier)
    return Task.isCancelled ? .cancelled : .late
  }

  /// Kills it, with the programs that it has started where it leads a group of its own.
  private static func end(_ process: pid_t) {
    kill(getpgid(process) == process ? -process : process, SIGKILL)
  }
}
