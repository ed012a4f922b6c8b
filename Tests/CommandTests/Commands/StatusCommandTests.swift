import EngineScripted
import Testing

@testable import sipreconcile

@Suite struct StatusCommandTests {
  @Test func withoutAnAgentItIsFromTheState() async throws {
    let laboratory = try Laboratory()
    try laboratory.write(Manifest.gateway)
    _ = await laboratory.run("apply", "accounts.yaml")
    let ending = await laboratory.run("status")
    #expect(ending.status == 0)
    #expect(ending.output.contains("office: no agent runs; from the state, 2026-11-22T22:00:00Z"))
    #expect(await laboratory.current.calls.isEmpty)
    let one = await laboratory.run("status", "door", "-o", "ndjson")
    #expect(one.output.contains(#""account":"door""#))
    #expect(!one.output.contains(#""account":"desk""#))
  }

  @Test func anUnknownNameIsWrongUsage() async throws {
    let laboratory = try Laboratory()
    try laboratory.write(Manifest.gateway)
    _ = await laboratory.run("apply", "accounts.yaml")
    #expect(await laboratory.run("status", "nobody").status == 64)
  }
}
