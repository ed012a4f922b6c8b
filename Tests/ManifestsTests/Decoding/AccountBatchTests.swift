import Reconcile
import Testing

@testable import Manifests

/// Files with so many accounts that several threads decode them.
struct AccountBatchTests {
  private static let count = AccountBatch.smallest * 3 + 100

  private static func load(_ line: (Int) -> String) -> LoadResult {
    var text = "apiVersion: sipreconcile/v1\nowner: test\naccounts:\n"
    for number in 0..<count { text += "  a\(number): { \(line(number)) }\n" }
    return ManifestLoader().load([ManifestLoader.Input(path: "many.yaml", bytes: Array(text.utf8))])
  }

  private static func identity(_ number: Int) -> String { "identity: \"sip:a\(number)@example.org\"" }

  @Test func accountsAreInTheOrderOfTheFileAndDependOnEachOtherAcrossThreads() throws {
    let result = Self.load { number in
      let master = Self.count - 1 - number
      return Self.identity(number) + (number < Self.count / 2 ? ", dependsOn: a\(master)" : "")
    }
    #expect(result.diagnostics == [])
    let accounts = try #require(result.desired).accounts
    #expect(accounts.map(\.account.id.name) == (0..<Self.count).map { "a\($0)" })
    #expect(accounts.map { $0.at?.line } == (0..<Self.count).map { $0 + 4 })
    #expect(accounts[0].account.dependsOn.map(\.account) == [AccountID("a\(Self.count - 1)")])
  }

  @Test func everyComplaintIsThereInTheOrderOfTheFile() {
    let bad = [0, Self.count / 2, Self.count - 1]
    let result = Self.load { bad.contains($0) ? "identity: bad" : Self.identity($0) }
    #expect(result.diagnostics.map { $0.at?.line } == bad.map { $0 + 4 })
    #expect(result.desired == nil)
  }

  @Test func literalSecretsOfAllThreadsAreOneWarningAtTheFirst() {
    let result = Self.load { Self.identity($0) + ", auth: { username: u, password: s3cret }" }
    #expect(result.diagnostics.count == 1)
    #expect(result.diagnostics.first?.at?.line == 4)
    #expect(result.diagnostics.first?.message.contains("\(Self.count - 1) more secrets") == true)
  }

  @Test func aNameThatAnotherFileHasIsRefusedWhereverItStands() {
    let one = "apiVersion: sipreconcile/v1\nowner: test\naccounts:\n"
    var first = one
    var second = one
    for number in 0..<Self.count {
      first += "  a\(number): { \(Self.identity(number)) }\n"
      let name = number == Self.count - 2 ? "a7" : "b\(number)"
      second += "  \(name): { identity: \"sip:b\(number)@example.org\" }\n"
    }
    let result = ManifestLoader().load([
      ManifestLoader.Input(path: "one.yaml", bytes: Array(first.utf8)),
      ManifestLoader.Input(path: "two.yaml", bytes: Array(second.utf8)),
    ])
    #expect(result.diagnostics.map(\.message) == ["account `a7` is already declared at one.yaml:11:3"])
    #expect(result.diagnostics.first?.at?.line == Self.count - 2 + 4)
  }
}
