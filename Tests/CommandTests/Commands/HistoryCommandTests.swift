import EngineScripted
import Foundation
import Testing

@testable import sipreconcile

@Suite struct HistoryCommandTests {
  private func laboratory() async throws -> Laboratory {
    let laboratory = try Laboratory()
    try laboratory.write(Manifest.gateway)
    #expect(await laboratory.run("apply", "accounts.yaml").status == 0)
    try laboratory.write(Manifest.withoutDoor)
    #expect(await laboratory.run("apply", "accounts.yaml", "--allow-unregister", "1").status == 0)
    return laboratory
  }

  /// A digest rests on Call-IDs, which are made anew each time.
  private func masked(_ text: String) -> String {
    text.replacing(/[0-9a-f]{64}/, with: "DIGEST").replacing(/plan [0-9a-f]{12}/, with: "plan DIGEST")
  }

  @Test func runsAreShownWithTheirCausesTheNewestFirst() async throws {
    let laboratory = try await laboratory()
    let ending = await laboratory.run("history")
    #expect(ending.status == 0)
    try Golden.expect(masked(ending.output), equals: "history.txt")
    let document = await laboratory.run("history", "-o", "json").output
    try Golden.expect(masked(document), equals: "history.json")
    #expect(await laboratory.current.calls.isEmpty)
  }

  @Test func namesAndTheLimitChooseRuns() async throws {
    let laboratory = try await laboratory()
    let one = await laboratory.run("history", "--limit", "1", "-o", "ndjson")
    #expect(one.output.contains(#""run":2"#))
    #expect(!one.output.contains(#""run":1,"#))
    let push = await laboratory.run("history", "push")
    #expect(push.output.contains("push"))
    #expect(!push.output.contains("door"))
    #expect(await laboratory.run("history", "nobody").output == "No runs.\n")
    #expect(await laboratory.run("history", "--limit", "0").status == 64)
  }

  @Test func withoutAStateThereIsNoneMade() async throws {
    let laboratory = try Laboratory()
    #expect(await laboratory.run("history").status == 64)
    #expect(laboratory.contents().isEmpty)
  }
}
