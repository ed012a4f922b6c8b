import Foundation
import TestSupport
import Testing

/// The session in the README: a watch in one process, commands in others, and the embedded registrar in a third.
@Suite(.timeLimit(.minutes(3))) struct ReadmeSessionTests {
  private static let start = "```console session\n"

  /// A command of the session, and what comes of it: its own output and what the watch says.
  private struct Step {
    var command: String
    var lines: [String]
  }

  private static func steps() throws -> [Step] {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let readme = try String(contentsOf: root.appending(path: "README.md"), encoding: .utf8)
    let block = try #require(readme.components(separatedBy: start).dropFirst().first)
    let body = "\n" + block.components(separatedBy: "\n```")[0]
    return body.components(separatedBy: "\n$ ").dropFirst().map { text in
      let lines = text.components(separatedBy: "\n")
      return Step(command: lines[0], lines: steady(lines.dropFirst().joined(separator: "\n")))
    }
  }

  /// The lines without what differs from run to run: times, digests, the process, and the order of what ends at once.
  private static func steady(_ text: String) -> [String] {
    text.replacing(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/, with: "TIME").replacing(
      /\b\d\d:\d\d:\d\dZ/,
      with: "CLOCK"
    )
    .replacing(/(?:\d+ min )?\d+ m?s\b/, with: "DURATION").replacing(/plan [0-9a-f]{12}/, with: "plan DIGEST")
    .replacing(/agent \d+ on \S+/, with: "agent").replacing(/\ {2,}/, with: "  ")
    .components(separatedBy: "\n").filter { !$0.isEmpty }.sorted()
  }

  private func manifest(registrar: String) -> String {
    """
    apiVersion: sipreconcile/v1
    owner: office
    engine: { bind: "127.0.0.1:0" }
    defaults: { registrar: "sip:\(registrar)" }
    accounts:
      trunk-a: { identity: "sip:4930111@carrier.example", expires: 1h }
      trunk-b: { identity: "sip:4930222@carrier.example" }
    """
  }

  @Test("the session with a watch in the README goes as it says there")
  func sessionIsTrue() async throws {
    let steps = try Self.steps()
    #expect(steps.count == 6)
    try await TemporaryFolder.with { folder in
      let program = try SipreconcileProgram.path()
      let environment = ["HOME": folder.path, "XDG_STATE_HOME": folder.path("state"), "NO_COLOR": "1"]
      func spawn(_ arguments: [String], as name: String) throws -> ChildProcess {
        try ChildProcess.start(
          program,
          arguments,
          environment: environment,
          outputName: folder.path(name)
        )
      }
      let registrar = try spawn(["registrar"], as: "registrar")
      var watch: ChildProcess?
      do {
        let address = try await eventually("the registrar's address") {
          try registrar.standardOutput().firstMatch(of: /Listening at (\S+)\n/).map { String($0.1) }
        }
        try folder.write(manifest(registrar: address), to: "accounts.yaml")
        var said = ""
        for step in steps {
          var output = ""
          switch step.command {
          case "sipreconcile watch accounts.yaml &":
            watch = try spawn(["watch", folder.path("accounts.yaml")], as: "watch")
          case "kill %1": watch?.send(SIGTERM)
          default:
            let folders = "cd '\(folder.path)'; sipreconcile() { '\(program)' \"$@\"; }; "
            let run = try await ProgramRun.of(
              "/bin/bash",
              ["-c", folders + step.command],
              environment: environment,
              in: folder
            )
            #expect(run.code == 0, "\(step.command): \(run.standardError)")
            output = run.standardOutput + run.standardError
          }
          let resident = try #require(watch)
          var printed: [String] = []
          do {
            try await eventually(step.command) {
              printed = Self.steady(output + (try resident.standardError().dropFirst(said.count)))
              return printed == step.lines ? () : nil
            }
          } catch {
            Issue.record("\(step.command): \(printed) and not \(step.lines)")
            throw error
          }
          said = try resident.standardError()
        }
        #expect(try await watch?.end() == .exit(143))
      } catch {
        try await watch?.killAndWaitIfRunning()
        try await registrar.killAndWaitIfRunning()
        throw error
      }
      registrar.send(SIGTERM)
      #expect(try await registrar.end() == .exit(143))
    }
  }
}
