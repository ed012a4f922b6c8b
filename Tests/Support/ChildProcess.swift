import Foundation

/// A program that a test started, with its output in files. It has a process group of its own, so that the
/// processes which it starts end with it.
public struct ChildProcess: Sendable {
  public let processID: Int32
  public let standardOutputPath: String
  public let standardErrorPath: String

  /// How a program ended.
  public enum End: Sendable, Equatable {
    case exit(Int32)
    case signal(Int32)
  }

  /// Starts a program, with this environment on top of the present one. Paths in `arguments` are absolute.
  public static func start(
    _ program: String,
    _ arguments: [String],
    environment: [String: String] = [:],
    outputName: String
  ) throws -> ChildProcess {
    let output = "\(outputName).out"
    let errors = "\(outputName).err"
    let merged = ProcessInfo.processInfo.environment.merging(environment) { _, new in new }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    let flags = O_WRONLY | O_CREAT | O_TRUNC | O_APPEND
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 1, output, flags, 0o600)
    posix_spawn_file_actions_addopen(&actions, 2, errors, flags, 0o600)
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    // The threads that run tests block signals, and a child would inherit that.
    var none = sigset_t()
    sigemptyset(&none)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK))
    posix_spawnattr_setpgroup(&attributes, 0)
    var processID: pid_t = 0
    let code = withCStrings([program] + arguments) { arguments in
      withCStrings(merged.map { "\($0)=\($1)" }) { environment in
        posix_spawn(&processID, program, &actions, &attributes, arguments, environment)
      }
    }
    guard code == 0 else { throw SupportError.system("starting \(program)", code: code) }
    return ChildProcess(processID: processID, standardOutputPath: output, standardErrorPath: errors)
  }

  /// The end of the program if it has come; to be asked until it gives one, and not after.
  public func endIfEnded() throws -> End? {
    var status: Int32 = 0
    let result = waitpid(processID, &status, WNOHANG)
    guard result != 0 else { return nil }
    guard result == processID else { throw SupportError.system("waitpid", code: errno) }
    return status & 0x7F == 0 ? .exit(status >> 8 & 0xFF) : .signal(status & 0x7F)
  }

  /// Waits for the end; past the limit the program and all it started are killed, and this throws.
  public func end(within limit: Duration = .seconds(60)) async throws -> End {
    do {
      return try await eventually("the end of process \(processID)", within: limit) { try endIfEnded() }
    } catch SupportError.timedOut(let what) {
      kill(-processID, SIGKILL)
      _ = try await eventually("the end of a killed process") { try endIfEnded() }
      throw SupportError.timedOut(what)
    }
  }

  public func send(_ signal: Int32) { kill(processID, signal) }

  /// Sends a signal to the program and all it started.
  public func sendToAll(_ signal: Int32) { kill(-processID, signal) }

  /// Ends the program and all it started, at once, and waits for it.
  public func killAndWait() async throws {
    kill(-processID, SIGKILL)
    _ = try await eventually("the end of a killed process") { try endIfEnded() }
  }

  /// As `killAndWait`; nothing where its end has been seen.
  public func killAndWaitIfRunning() async throws {
    guard kill(processID, 0) == 0 else { return }
    try await killAndWait()
  }

  public func standardOutput() throws -> String { try text(standardOutputPath) }
  public func standardError() throws -> String { try text(standardErrorPath) }

  private func text(_ path: String) throws -> String {
    String(decoding: try Data(contentsOf: URL(fileURLWithPath: path)), as: UTF8.self)
  }

  private static func withCStrings<Result>(
    _ texts: [String],
    _ body: ([UnsafeMutablePointer<CChar>?]) -> Result
  ) -> Result {
    var pointers: [UnsafeMutablePointer<CChar>?] = texts.map { strdup($0) }
    pointers.append(nil)
    defer { pointers.forEach { free($0) } }
    return body(pointers)
  }
}
