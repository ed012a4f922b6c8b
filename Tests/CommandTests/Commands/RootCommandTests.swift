import ArgumentParser
import Testing

@testable import sipreconcile

@Suite struct RootCommandTests {
  @Test func everyCommandHasAnAbstractADiscussionAndAnExample() {
    for command in RootCommand.configuration.subcommands + [RootCommand.self] {
      let configuration = command.configuration
      #expect(!configuration.abstract.isEmpty, "\(command)")
      #expect(configuration.discussion.contains("EXAMPLE:\n  sipreconcile"), "\(command)")
    }
  }

  @Test(arguments: ["bash", "zsh", "fish"])
  func completionIsAScriptThatNamesTheCommands(_ shell: String) async throws {
    let ending = try await Laboratory().run("completion", shell)
    #expect(ending.status == 0)
    #expect(ending.output.contains("unregister"))
  }

  @Test func schemasAreWrittenByName() async throws {
    let ending = try await Laboratory().run("schema", "plan")
    #expect(ending.status == 0)
    #expect(ending.output.contains("\"title\" : \"sipreconcile.plan/1\""))
    #expect(try await Laboratory().run("schema", "nonsense").status == 64)
  }

  @Test func diffIsPlan() async throws {
    let laboratory = try Laboratory()
    try laboratory.write(Manifest.gateway)
    let plan = await laboratory.run("plan", "accounts.yaml")
    #expect(await laboratory.run("diff", "accounts.yaml").output == plan.output)
  }
}
