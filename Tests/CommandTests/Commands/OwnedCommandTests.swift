import EngineScripted
import Reconcile
import Testing

@testable import sipreconcile

@Suite("unregister and forget") struct OwnedCommandTests {
  private func applied() async throws -> Laboratory {
    let laboratory = try Laboratory()
    try laboratory.write(Manifest.gateway)
    #expect(await laboratory.run("apply", "accounts.yaml").status == 0)
    return laboratory
  }

  @Test("REC-52 everything is unregistered, dependents first")
  func dependentsAreUnregisteredFirst() async throws {
    let laboratory = try await applied()
    let ending = await laboratory.run("unregister", "--all-owned")
    #expect(ending.status == 0)
    let order = await laboratory.current.requests.map(\.account)
    #expect(order.last == "push")
    #expect(Set(order) == ["push", "desk", "door"])
    #expect(ending.output.hasSuffix("3 done.\n"))
  }

  @Test func oneAccountIsUnregisteredByName() async throws {
    let laboratory = try await applied()
    let ending = await laboratory.run("unregister", "door", "--owner", "office")
    #expect(ending.status == 0)
    #expect(await laboratory.current.requests.map(\.account) == ["door"])
  }

  @Test func aNameThatIsNotOwnedIsWrongUsage() async throws {
    let laboratory = try await applied()
    let ending = await laboratory.run("unregister", "dor")
    #expect(ending.status == 64)
    #expect(ending.errors.contains("does not own dor; it owns: desk, door, push"))
  }

  @Test func forgettingSendsNothing() async throws {
    let laboratory = try await applied()
    let ending = await laboratory.run("forget", "door")
    #expect(ending.status == 0)
    #expect(ending.errors.contains("Forgotten: door. Its binding lasts until 2026-11-22T22:10:00Z"))
    #expect(await laboratory.current.calls.isEmpty)
    #expect(await laboratory.run("forget", "door").status == 64)
  }

  @Test func aMissingStateIsToldWithTheOptionsThatNameOne() async throws {
    let laboratory = try Laboratory()
    let ending = await laboratory.run("forget", "door")
    #expect(ending.status == 64)
    #expect(ending.errors.contains("--state or --owner"))
    #expect(await laboratory.run("forget", "door", "--state", "nowhere.db").status == 64)
  }

  @Test func severalStatesMustBeNamed() async throws {
    let laboratory = try await applied()
    try laboratory.write(Manifest.gateway.replacing("owner: office", with: "owner: home"), to: "home.yaml")
    _ = await laboratory.run("apply", "home.yaml")
    let ending = await laboratory.run("forget", "door")
    #expect(ending.status == 64)
    #expect(ending.errors.contains("home.db") && ending.errors.contains("office.db"))
  }
}
