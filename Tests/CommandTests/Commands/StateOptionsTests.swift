import EngineScripted
import Foundation
import Testing

@testable import sipreconcile

@Suite struct StateOptionsTests {
  @Test(arguments: ["plan", "apply", "watch", "drift"])
  func aFolderThatIsNamedAndMissingIsNotMade(_ command: String) async throws {
    let laboratory = try Laboratory()
    try laboratory.write(Manifest.gateway)
    let ending = await laboratory.run(command, "accounts.yaml", "--state", "nowhere/deep/x.db")
    #expect(ending.status == 64)
    #expect(
      ending.errors.contains(
        "--state FOLDER/nowhere/deep/x.db: there is no folder FOLDER/nowhere/deep; create it, or name a file in one"
      )
    )
    #expect(!FileManager.default.fileExists(atPath: laboratory.folder + "/nowhere"))
    #expect(await laboratory.current.calls.isEmpty)
  }

  @Test func aFileInAFolderThatExistsIsMade() async throws {
    let laboratory = try Laboratory()
    try laboratory.write(Manifest.gateway)
    #expect(await laboratory.run("apply", "accounts.yaml", "--state", "x.db").status == 0)
    #expect(laboratory.contents().contains("x.db"))
  }
}
