/// What a program printed, and how it ended.
public struct ProgramRun: Sendable {
  public let end: ChildProcess.End
  public let standardOutput: String
  public let standardError: String

  /// The exit code; nil after a signal.
  public var code: Int32? {
    guard case .exit(let code) = end else { return nil }
    return code
  }

  /// Runs a program to its end.
  public static func of(
    _ program: String,
    _ arguments: [String],
    environment: [String: String] = [:],
    in folder: TemporaryFolder,
    within limit: Duration = .seconds(60)
  ) async throws -> ProgramRun {
    let child = try ChildProcess.start(
      program,
      arguments,
      environment: environment,
      outputName: folder.path("run-\(UInt64.random(in: 0 ... .max))")
    )
    let end = try await child.end(within: limit)
    return ProgramRun(
      end: end,
      standardOutput: try child.standardOutput(),
      standardError: try child.standardError()
    )
  }
}
