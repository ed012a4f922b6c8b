import Foundation
import TestSupport
import Testing

/// One owner's manifest and state in a folder of its own, applied with the built program.
struct Rehearsal {
  let folder: TemporaryFolder
  private let program: String

  init(in folder: TemporaryFolder, password: String = "secret") throws {
    self.folder = folder
    program = try SipreconcileProgram.path()
    try setPassword(password)
  }

  func setPassword(_ password: String) throws { try folder.write(password, to: "password") }

  func declare(_ fleet: DeclaredFleet) throws { try folder.write(fleet.text, to: "accounts.yaml") }

  /// Applies, and expects that all is done.
  func apply(_ options: [String] = [], sourceLocation: SourceLocation = #_sourceLocation) async throws {
    let run = try await run("apply", options)
    #expect(run.code == 0, "\(run.standardError)", sourceLocation: sourceLocation)
    let report = try JSONDecoder().decode(ReportDocument.self, from: Data(run.standardOutput.utf8))
    #expect(report.format == "sipreconcile.report/1", sourceLocation: sourceLocation)
    #expect(report.notDone.isEmpty, sourceLocation: sourceLocation)
  }

  /// Plans with `--exit-code`, and expects the exit code that fits what is planned.
  func plan(sourceLocation: SourceLocation = #_sourceLocation) async throws -> PlanDocument {
    let run = try await run("plan", ["--exit-code"])
    let plan = try JSONDecoder().decode(PlanDocument.self, from: Data(run.standardOutput.utf8))
    let code: Int32 = plan.changes.isEmpty ? 0 : 2
    #expect(run.code == code, "\(run.standardError)", sourceLocation: sourceLocation)
    return plan
  }

  func run(_ command: String, _ options: [String]) async throws -> ProgramRun {
    try await ProgramRun.of(
      program,
      arguments(command, options),
      environment: environment,
      in: folder,
      within: .seconds(120)
    )
  }

  /// What `status` shows of each account, by name.
  func status() async throws -> [String: StatusDocument.Account] {
    Dictionary(uniqueKeysWithValues: try await statusDocument().accounts.map { ($0.account, $0) })
  }

  func statusDocument() async throws -> StatusDocument {
    let run = try await ProgramRun.of(
      program,
      ["status", "--state", folder.path("state.db"), "-o", "json"],
      environment: environment,
      in: folder
    )
    #expect(run.code == 0, "\(run.standardError)")
    return try JSONDecoder().decode(StatusDocument.self, from: Data(run.standardOutput.utf8))
  }

  /// Which flows of the accounts that have several are up; nil while there is no state to tell.
  func flows() async throws -> [Bool]? {
    let run = try await ProgramRun.of(
      program,
      ["status", "--state", folder.path("state.db"), "-o", "json"],
      environment: environment,
      in: folder
    )
    guard run.code == 0 else { return nil }
    let document = try JSONDecoder().decode(StatusDocument.self, from: Data(run.standardOutput.utf8))
    return document.accounts.flatMap { $0.flows ?? [] }.map(\.registered)
  }

  /// Starts an apply, and leaves it running.
  func startApply(_ options: [String] = [], as name: String = "interrupted") throws -> ChildProcess {
    try ChildProcess.start(
      program,
      arguments("apply", options),
      environment: environment,
      outputName: folder.path(name)
    )
  }

  /// Starts a watch, which writes its events to its standard output.
  func startWatch(_ options: [String] = [], as name: String = "watch") throws -> ChildProcess {
    try ChildProcess.start(
      program,
      arguments("watch", ["-o", "ndjson"] + options),
      environment: environment,
      outputName: folder.path(name)
    )
  }

  private func arguments(_ command: String, _ options: [String]) -> [String] {
    [command, folder.path("accounts.yaml"), "--state", folder.path("state.db")]
      + (options.contains("-o") ? [] : ["-o", "json"]) + options
  }

  /// Nothing of the person who runs the tests is read or written.
  private var environment: [String: String] {
    ["HOME": folder.path, "XDG_STATE_HOME": folder.path("home-state"), "NO_COLOR": "1"]
  }
}
