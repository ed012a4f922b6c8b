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

  @Test func namesThatAShellWouldExpandAreNotOffered() throws {
    let laboratory = try Laboratory()
    let names = [
      "desk", "büro-1", "alice@example.org", "$(touch x)", "`id`", "a b", "a;b", "~root", "*", "-o",
    ]
    let accounts = names.enumerated().map { "  '\($1)': { identity: sip:\($0)@example.org }" }
    let manifest =
      "apiVersion: sipreconcile/v1\nowner: office\naccounts:\n" + accounts.joined(separator: "\n")
    try laboratory.write(manifest)
    let words = ["sipreconcile", "plan", "accounts.yaml", "--only", ""]
    let offered = AccountNames.namesWithFiles(words, "", surroundings(laboratory))
    #expect(offered == ["alice@example.org", "büro-1", "desk"])
  }

  @Test func whatTheFilesDeclareIsCompletedBesideWhatIsOwned() async throws {
    let laboratory = try Laboratory()
    try laboratory.write(Manifest.gateway)
    #expect(await laboratory.run("apply", "accounts.yaml").status == 0)
    try laboratory.write(
      """
      apiVersion: sipreconcile/v1
      owner: office
      accounts: { lobby: { identity: sip:lobby@example.org, auth: { username: a, password: { fromEnv: NONE } } } }
      """
    )
    let surroundings = surroundings(laboratory)
    let words = ["sipreconcile", "plan", "accounts.yaml", "--exclude", ""]
    #expect(AccountNames.namesWithFiles(words, "", surroundings) == ["desk", "door", "lobby", "push"])
    #expect(AccountNames.namesWithFiles(["sipreconcile", "plan", "none.yaml"], "", surroundings).isEmpty)
    #expect(AccountNames.namesWithFiles(["sipreconcile", "plan"], "d", surroundings) == ["desk", "door"])
  }

  @Test func withoutAStateNothingIsCompletedAndNoneIsMade() throws {
    let laboratory = try Laboratory()
    let surroundings = surroundings(laboratory)
    #expect(AccountNames.names(["sipreconcile", "status"], "", surroundings).isEmpty)
    #expect(AccountNames.names(["sipreconcile", "status", "--state", "none.db"], "", surroundings).isEmpty)
    #expect(laboratory.contents().isEmpty)
  }
}
