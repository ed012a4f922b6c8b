import Foundation

/// sipp as a server on a free loopback port that plays one scenario once: what no registrar does by itself.
public struct SippProcess: Sendable {
  public let port: UInt16
  private let child: ChildProcess
  private let errorPath: String

  /// How the scenario is played: UDP, or one connection of TCP.
  public enum Way: String, Sendable {
    case udp = "u1"
    case tcp = "t1"
  }

  private static let program = "/usr/bin/sipp"

  /// Starts one, lends it, and expects that it saw exactly what its scenario says.
  ///
  /// - Throws: also where the scenario was left; with sipp's own words.
  public static func with<Result>(
    scenario path: String,
    over way: Way = .udp,
    _ body: (SippProcess) async throws -> Result
  ) async throws -> Result {
    try await TemporaryFolder.with { folder in
      let sipp = try await start(path, way, in: folder)
      do {
        let result = try await body(sipp)
        try await sipp.expectEnd()
        return result
      } catch {
        try await sipp.child.killAndWaitIfRunning()
        throw error
      }
    }
  }

  /// A free port may be taken before sipp has it: then another one is tried.
  private static func start(
    _ scenario: String,
    _ way: Way,
    in folder: TemporaryFolder
  ) async throws -> SippProcess {
    guard FileManager.default.isExecutableFile(atPath: program) else {
      throw SupportError.notInstalled("sipp")
    }
    var lastError: any Error = SupportError.notInstalled("sipp")
    for attempt in 0..<3 {
      let port = try LoopbackSocket.freePort()
      let errors = folder.path("errors-\(attempt)")
      let child = try ChildProcess.start(
        program,
        [
          "-sf", scenario, "-i", "127.0.0.1", "-p", "\(port)", "-t", way.rawValue, "-m", "1", "-nostdin",
          "-trace_err", "-error_file", errors, "-timeout", "150s", "-timeout_error",
        ],
        environment: ["TERM": "dumb"],
        outputName: folder.path("sipp-\(attempt)")
      )
      let sipp = SippProcess(port: port, child: child, errorPath: errors)
      do {
        try await sipp.waitUntilReady(way)
        return sipp
      } catch {
        lastError = SupportError.unexpected("\(error); \(try sipp.words())")
        try await child.killAndWaitIfRunning()
      }
    }
    throw lastError
  }

  /// Ready is when the system shows its socket.
  private func waitUntilReady(_ way: Way) async throws {
    let table = way == .udp ? "/proc/net/udp" : "/proc/net/tcp"
    let digits = String(port, radix: 16, uppercase: true)
    let address = "0100007F:" + String(repeating: "0", count: 4 - digits.count) + digits
    try await eventually("sipp's socket", within: .seconds(40)) { () -> Void? in
      if let end = try child.endIfEnded() {
        throw SupportError.unexpected("sipp ended (\(end)): \(try words())")
      }
      let rows = try String(contentsOfFile: table, encoding: .utf8)
      return rows.contains(address) ? () : nil
    }
  }

  private func expectEnd() async throws {
    let end = try await child.end(within: .seconds(30))
    guard end == .exit(0) else {
      throw SupportError.unexpected("the scenario was left (\(end)): \(try words())")
    }
  }

  private func words() throws -> String {
    guard FileManager.default.fileExists(atPath: errorPath) else { return try child.standardError() }
    return try String(contentsOfFile: errorPath, encoding: .utf8)
  }
}
