import Foundation
import TestSupport
import Testing

/// Standard output that takes nothing: a full disk, a stream that the caller closed, a reader that went away.
@Suite struct StandardStreamInteropTests {
  @Test("what cannot be printed is an error", arguments: [">/dev/full", ">&-"])
  func lostOutputIsAnError(_ redirection: String) async throws {
    try await TemporaryFolder.with { folder in
      for command in ["schema config", "init -", "--help", "completion bash"] {
        let run = try await shell("\(command) \(redirection)", in: folder)
        #expect(run.code == 1, "\(command)")
        #expect(run.standardError.contains("error: standard output cannot be written: "), "\(command)")
        // Told once, however much is lost.
        #expect(run.standardError.split(separator: "\n").count == 1, "\(command)")
      }
    }
  }

  @Test func whatFailsAnywayKeepsItsStatus() async throws {
    try await TemporaryFolder.with { folder in
      let invalid = try await shell("validate missing.yaml -o json >/dev/full", in: folder)
      let misused = try await shell("schema nonsense -o json >/dev/full", in: folder)
      #expect(invalid.code == 3 && misused.code == 64)
    }
  }

  @Test func aReaderThatHasEnoughIsNoError() async throws {
    try await TemporaryFolder.with { folder in
      let run = try await shell("schema config | head -n 1", in: folder)
      #expect(run.code == 0 && run.standardOutput == "{\n" && run.standardError.isEmpty)
    }
  }

  @Test func aFileToStartFromIsWrittenWholeOrNotAtAll() async throws {
    try await TemporaryFolder.with { folder in
      // One block of 512 bytes may be written, and the file is longer.
      let run = try await shell("init start.yaml", in: folder, before: "trap '' XFSZ; ulimit -f 1; ")
      #expect(run.code == 1 && run.standardError.contains("`start.yaml` cannot be written: "))
      #expect(!FileManager.default.fileExists(atPath: folder.path("start.yaml")))
    }
  }

  @Test func aTraceThatIsNotWholeIsToldOnce() async throws {
    try await TemporaryFolder.with { folder in
      let run = try await shell(
        "init accounts.yaml && \"$0\" apply --sandbox --trace /dev/full accounts.yaml",
        in: folder
      )
      #expect(run.code == 0)
      #expect(run.standardError.components(separatedBy: "the trace is not whole").count == 2)
    }
  }

  /// Runs the program in a shell, with its own folder for the state.
  private func shell(
    _ line: String,
    in folder: TemporaryFolder,
    before: String = ""
  ) async throws -> ProgramRun {
    try await ProgramRun.of(
      "/bin/sh",
      ["-c", "cd \"$1\"; \(before)\"$0\" \(line)", try SipreconcileProgram.path(), folder.path("")],
      environment: ["XDG_STATE_HOME": folder.path("state"), "NO_COLOR": "1"],
      in: folder
    )
  }
}
