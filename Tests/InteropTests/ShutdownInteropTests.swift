import Foundation
import TestSupport
import Testing

/// A watch that is told to unregister and to end, while its registrar says nothing any more.
@Suite(.serialized)
struct ShutdownInteropTests {
  @Test("REG-77 REC-53 a silent registrar cannot keep a stop: each account has its try, dependents first")
  func aSilentRegistrarDoesNotKeepIt() async throws {
    try await silenced { watch, folder in
      watch.send(SIGTERM)
      #expect(try await watch.end() == .exit(6))
      #expect(try removals(in: folder) == ["far", "near", "master"])
      #expect(try watch.standardError().contains("3 bindings stay at the registrars, the last until"))
      let status = try await ProgramRun.of(
        SipreconcileProgram.path(),
        ["status", "--state", folder.path("state.db")],
        environment: environment(folder),
        in: folder
      )
      #expect(status.code == 0)
      for name in ["far", "near", "master"] { #expect(status.standardOutput.contains(name)) }
    }
  }

  @Test("REG-77 REC-90 a second signal leaves at once")
  func aSecondSignalLeavesAtOnce() async throws {
    // With the usual timers, the first removal waits for its answer for half a minute.
    try await silenced(timers: []) { watch, folder in
      watch.send(SIGTERM)
      try await eventually("the first removal") { try removals(in: folder).isEmpty ? nil : () }
      watch.send(SIGTERM)
      #expect(try await watch.end() == .exit(143))
      #expect(try removals(in: folder) == ["far"])
    }
  }

  // MARK: - Pieces

  /// A watch with a chain of three accounts, registered at a registrar that is silent ever after.
  private func silenced(
    timers: [String] = ["--timers", "t1=20ms,t2=100ms,t4=100ms"],
    _ body: (ChildProcess, TemporaryFolder) async throws -> Void
  ) async throws {
    try await TemporaryFolder.with { folder in
      let program = try SipreconcileProgram.path()
      let registrar = try ChildProcess.start(
        program,
        ["registrar", "--listen", "127.0.0.1:0", "--faults", "silence,after=3", "-o", "ndjson"],
        environment: environment(folder),
        outputName: folder.path("registrar")
      )
      let outcome: Result<Void, any Error>
      do {
        let watch = try await registered(at: try await port(of: registrar), timers, program, folder)
        try await body(watch, folder)
        outcome = .success(())
      } catch {
        outcome = .failure(error)
      }
      try await registrar.killAndWait()
      try outcome.get()
    }
  }

  private func registered(
    at port: Int,
    _ timers: [String],
    _ program: String,
    _ folder: TemporaryFolder
  ) async throws -> ChildProcess {
    try folder.write(manifest(port), to: "accounts.yaml")
    let watch = try ChildProcess.start(
      program,
      [
        "watch", folder.path("accounts.yaml"), "--state", folder.path("state.db"), "--unregister-on-exit",
        "--trace", folder.path("trace"), "--bind", "127.0.0.1:0", "-o", "ndjson",
      ] + timers,
      environment: environment(folder),
      outputName: folder.path("watch")
    )
    try await eventually("three registrations") { () -> Void? in
      if let end = try watch.endIfEnded() {
        throw SupportError.unexpected("watch ended (\(end)): \(try watch.standardError())")
      }
      let lines = try watch.standardOutput().split(separator: "\n")
      return lines.count { $0.contains("\"outcome\"") && $0.contains("\"done\"") } == 3 ? () : nil
    }
    return watch
  }

  private func port(of registrar: ChildProcess) async throws -> Int {
    struct Listening: Decodable { var port: Int }
    return try await eventually("the registrar's address") {
      guard let line = try registrar.standardOutput().split(separator: "\n").first else { return nil }
      return try JSONDecoder().decode(Listening.self, from: Data(line.utf8)).port
    }
  }

  private func manifest(_ port: Int) -> String {
    """
    apiVersion: sipreconcile/v1
    owner: shutdown
    registrars:
      main: { uri: "sip:127.0.0.1:\(port)" }
    defaults: { registrar: main }
    accounts:
      master: { identity: "sip:master@interop.example" }
      near: { identity: "sip:near@interop.example", dependsOn: master }
      far: { identity: "sip:far@interop.example", dependsOn: near }
    """
  }

  /// The users whose bindings the watch tried to remove, each once, in the order of the first try.
  private func removals(in folder: TemporaryFolder) throws -> [String] {
    let trace = try String(contentsOfFile: folder.path("trace"), encoding: .utf8)
    var users: [String] = []
    for message in trace.split(separator: "REGISTER sip:") where message.contains("\r\nExpires: 0\r\n") {
      guard let to = message.split(separator: "\r\n").first(where: { $0.hasPrefix("To: ") }),
        let user = to.split(separator: ":").last?.prefix(while: { $0 != "@" })
      else { continue }
      if !users.contains(String(user)) { users.append(String(user)) }
    }
    return users
  }

  private func environment(_ folder: TemporaryFolder) -> [String: String] {
    ["HOME": folder.path, "XDG_STATE_HOME": folder.path("home-state"), "NO_COLOR": "1"]
  }
}
