import Foundation
import TestSupport
import Testing

/// Signals and time limits while a run loads its files or asks registrars: nothing is carried out yet.
@Suite(.serialized)
struct SignalInteropTests {
  @Test(
    "HAR-06 a signal while registrars are asked ends with its status and a run_summary",
    arguments: ["plan", "drift", "apply"],
    [SIGINT, SIGTERM]
  )
  func aSignalEndsTheQuestions(_ command: String, _ signal: Int32) async throws {
    try await TemporaryFolder.with { folder in
      let silent = try LoopbackSocket()
      try folder.write(manifest(port: silent.port), to: "accounts.yaml")
      let child = try start(command, questions(of: command), in: folder)
      _ = try await silent.receive(within: .seconds(60))
      child.send(signal)
      #expect(try await child.end() == .exit(128 + signal))
      #expect(try lastEvent(of: child).exit == 128 + signal)
      #expect(try child.standardOutput().contains("before anything was changed"))
      // Open to the end: a closed port would answer.
      _ = silent.port
    }
  }

  @Test(
    "HAR-06 a signal while files and secrets are read ends the run too",
    arguments: ["plan", "drift", "apply", "watch", "validate"]
  )
  func aSignalEndsTheLoading(_ command: String) async throws {
    try await TemporaryFolder.with { folder in
      let slow = "[sh, -c, 'echo > \(folder.path("started")); exec sleep 25']"
      let auth = "    auth: { username: a, password: { fromCommand: \(slow) } }\n"
      try folder.write(manifest(port: 5060) + auth, to: "accounts.yaml")
      let child = try start(command, ["--allow-exec"], in: folder)
      defer { kill(-child.processID, SIGKILL) }
      try await eventually("the program for the secret", within: .seconds(60)) {
        FileManager.default.fileExists(atPath: folder.path("started")) ? () : nil
      }
      child.send(SIGINT)
      #expect(try await child.end() == .exit(130))
      #expect(try lastEvent(of: child).exit == 130)
    }
  }

  @Test func anInheritedIgnoringOfCtrlCIsNotKept() async throws {
    try await TemporaryFolder.with { folder in
      let silent = try LoopbackSocket()
      try folder.write(manifest(port: silent.port), to: "accounts.yaml")
      let program = try SipreconcileProgram.path()
      let child = try ChildProcess.start(
        "/bin/sh",
        ["-c", "trap '' INT; exec \"$0\" plan \"$1\"", program, folder.path("accounts.yaml")],
        environment: environment(folder),
        outputName: folder.path("ignoring")
      )
      _ = try await silent.receive(within: .seconds(60))
      child.send(SIGINT)
      #expect(try await child.end() == .exit(130))
      // Open to the end: a closed port would answer.
      _ = silent.port
    }
  }

  @Test("REC-62 the time limit bounds the questions to registrars", arguments: ["plan", "drift", "apply"])
  func theTimeLimitBoundsTheQuestions(_ command: String) async throws {
    try await TemporaryFolder.with { folder in
      let silent = try LoopbackSocket()
      try folder.write(manifest(port: silent.port), to: "accounts.yaml")
      let child = try start(command, questions(of: command) + ["--timeout", "300ms"], in: folder)
      #expect(try await child.end() == .exit(8))
      #expect(try lastEvent(of: child).exit == 8)
      // Open to the end: a closed port would answer.
      _ = silent.port
    }
  }

  @Test("REC-62 an account that was never sent is reported as not started")
  func whatWasNeverSentIsNotStarted() async throws {
    try await TemporaryFolder.with { folder in
      let silent = try LoopbackSocket()
      let second = """
          b:
            identity: sip:b@127.0.0.1:\(silent.port)
            contact: sip:b@127.0.0.1:7000
        registrars:
          silent: { uri: "sip:127.0.0.1:\(silent.port)", maxInFlight: 1 }
        defaults: { registrar: silent }

        """
      try folder.write(manifest(port: silent.port) + second, to: "accounts.yaml")
      let child = try start("apply", [], in: folder)
      _ = try await silent.receive(within: .seconds(60))
      child.send(SIGINT)
      #expect(try await child.end() == .exit(130))
      let summary = try lastEvent(of: child).summary
      #expect(summary?.failed == 1)
      #expect(summary?.notStarted == 1)
      let output = try child.standardOutput()
      #expect(!output.contains("packets"))
      // Open to the end: a closed port would answer.
      _ = silent.port
    }
  }

  /// An apply asks about everything where a plan was reviewed. No question ends by itself before the signal is
  /// sent, however slow the machine.
  private func questions(of command: String) -> [String] {
    ["--timers", "t1=8s"] + (command == "apply" ? ["--expect", "000000000000"] : [])
  }

  private func start(_ command: String, _ options: [String], in folder: TemporaryFolder) throws
    -> ChildProcess
  {
    try ChildProcess.start(
      try SipreconcileProgram.path(),
      [command, folder.path("accounts.yaml"), "-o", "ndjson"] + options,
      environment: environment(folder),
      outputName: folder.path(command)
    )
  }

  private func environment(_ folder: TemporaryFolder) -> [String: String] {
    ["HOME": folder.path, "XDG_STATE_HOME": folder.path("state")]
  }

  private func manifest(port: UInt16) -> String {
    """
    apiVersion: sipreconcile/v1
    owner: office
    accounts:
      a:
        identity: sip:a@127.0.0.1:\(port)
        contact: sip:a@127.0.0.1:7000

    """
  }

  private struct LastEvent: Decodable {
    var type: String
    var exit: Int32?
    var summary: Summary?

    struct Summary: Decodable {
      var failed: Int
      var notStarted: Int
    }
  }

  private func lastEvent(of child: ChildProcess) throws -> LastEvent {
    let last = try #require(try child.standardOutput().split(separator: "\n").last)
    let event = try JSONDecoder().decode(LastEvent.self, from: Data(last.utf8))
    #expect(event.type == "run_summary")
    return event
  }
}
