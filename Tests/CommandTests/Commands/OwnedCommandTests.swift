import EngineScripted
import Foundation
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

  @Test("accounts that depend on a named one go with it, before it, and that is said")
  func dependentsGoAlong() async throws {
    let laboratory = try await applied()
    let ending = await laboratory.run("unregister", "push")
    #expect(ending.status == 0)
    let order = await laboratory.current.requests.map(\.account)
    #expect(order.last == "push")
    #expect(order.count > 1)
    #expect(ending.errors.contains("With them go the accounts that depend on them: "))
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

  @Test(arguments: ["forget", "unregister", "status"])
  func anOwnerWithoutAStateGetsNone(_ command: String) async throws {
    let laboratory = try await applied()
    let before = laboratory.contents()
    let ending = await laboratory.run(command, "door", "--owner", "ghost")
    #expect(ending.status == 64)
    #expect(ending.errors.contains("nothing is owned under the name ghost; the owners there are: office"))
    #expect(await laboratory.run(command, "door", "--owner", "ghost", "--state", "no.db").status == 64)
    #expect(laboratory.contents() == before)
  }

  @Test func aFolderThatCannotBeReadIsNotTakenForEmpty() async throws {
    let laboratory = try Laboratory()
    try FileManager.default.createDirectory(
      atPath: laboratory.folder + "/state",
      withIntermediateDirectories: true
    )
    // A link to itself, for no permission stops a test that runs as root.
    let loop = laboratory.folder + "/state/sipreconcile"
    try FileManager.default.createSymbolicLink(atPath: loop, withDestinationPath: loop)
    let ending = await laboratory.run("status")
    #expect(ending.status == 1)
    #expect(ending.errors.contains("cannot be read: Too many levels of symbolic links"))
  }

  @Test(arguments: ["../../evil", ".hidden", "a b", ""])
  func anOwnersNameIsChecked(_ name: String) async throws {
    let laboratory = try await applied()
    let ending = await laboratory.run("status", "--owner", name)
    #expect(ending.status == 64)
    #expect(ending.errors.contains("at most 64 letters, digits"))
  }

  @Test func forgettingIsToldAsJSON() async throws {
    let laboratory = try await applied()
    let ending = await laboratory.run("forget", "door", "-o", "json")
    let object = try JSONSerialization.jsonObject(with: Data(ending.output.utf8)) as? [String: Any]
    #expect(object?["format"] as? String == "sipreconcile.forget/1")
    let forgotten = try #require((object?["forgotten"] as? [[String: Any]])?.first)
    #expect(forgotten["account"] as? String == "door")
    #expect(forgotten["expiresAt"] as? String == "2026-11-22T22:10:00Z")
    let events = await laboratory.run("forget", "desk", "-o", "ndjson").output.split(separator: "\n")
    #expect(events.count == 2)
    #expect(events.first?.contains("Forgotten: desk.") == true)
  }

  @Test func namesAndAllOwnedDoNotGoTogether() async throws {
    let ending = await (try Laboratory()).run("unregister", "a", "--all-owned")
    #expect(ending.errors.contains("not both"))
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
