import Foundation
import Testing

@testable import sipreconcile

@Suite struct InitCommandTests {
  @Test func theFileIsValidAndCanBeRehearsedAtOnce() async throws {
    let laboratory = try Laboratory()
    let ending = await laboratory.run("init")
    #expect(ending.status == 0)
    #expect(ending.output.isEmpty)
    #expect(try laboratory.read("accounts.yaml").hasPrefix("# yaml-language-server: $schema="))
    let valid = await laboratory.run("validate", "accounts.yaml", "--no-secrets")
    #expect(valid.output == "Valid: 2 accounts.\n")
    let applied = await laboratory.run("apply", "--sandbox", "accounts.yaml")
    #expect(applied.status == 0)
    #expect(applied.output.hasSuffix("2 done.\n"))
  }

  @Test func aFileThatExistsIsNotOverwritten() async throws {
    let laboratory = try Laboratory()
    try laboratory.write("mine")
    let ending = await laboratory.run("init")
    #expect(ending.status == 1)
    #expect(ending.errors.contains("`accounts.yaml` exists already and is not overwritten"))
    #expect(try laboratory.read("accounts.yaml") == "mine")
  }

  @Test func aDashWritesToTheOutputWithTheOwnerThatWasGiven() async throws {
    let laboratory = try Laboratory()
    let ending = await laboratory.run("init", "-", "--owner", "0123")
    #expect(ending.output.contains("\nowner: \"0123\"\n"))
    #expect(laboratory.contents().isEmpty)
    #expect(await laboratory.run("init", "-", "--owner", "a b").status == 64)
  }
}
