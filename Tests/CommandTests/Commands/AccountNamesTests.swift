import Foundation
import Testing

@testable import sipreconcile

@Suite struct AccountNamesTests {
  private func surroundings(_ laboratory: Laboratory) -> Surroundings {
    var surroundings = CommandRun.plain(Console(writeOutput: { _ in }, writeError: { _ in })).surroundings
    surroundings.environment = laboratory.environment
    surroundings.workingDirectory = laboratory.folder
    return surroundings
  }

  @Test func ownedAccountsAreCompletedByTheirBeginning() async throws {
    let laboratory = try Laboratory()
    try laboratory.write(Manifest.gateway)
    #expect(await laboratory.run("apply", "accounts.yaml").status == 0)
    let surroundings = surroundings(laboratory)
    #expect(AccountNames.names(["sipreconcile", "status", "d"], "d", surroundings) == ["desk", "door"])
    let owned = ["sipreconcile", "forget", "--owner", "office", ""]
    #expect(AccountNames.names(owned, "", surroundings) == ["desk", "door", "push"])
    #expect(AccountNames.names(["sipreconcile", "status", "--owner=other"], "", surroundings) == [])
  }

  @Test func withoutAStateNothingIsCompletedAndNoneIsMade() throws {
    let laboratory = try Laboratory()
    let surroundings = surroundings(laboratory)
    #expect(AccountNames.names(["sipreconcile", "status"], "", surroundings).isEmpty)
    #expect(AccountNames.names(["sipreconcile", "status", "--state", "none.db"], "", surroundings).isEmpty)
    #expect(laboratory.contents().isEmpty)
  }
}
