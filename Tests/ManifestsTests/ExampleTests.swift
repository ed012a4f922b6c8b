import Manifests
import Reconcile
import SIP
import Testing

struct ExampleTests {
  private static var folder: String { Fixture.folder + "/../../examples" }

  @Test(arguments: ["push-gateway", "push-gateway-changed", "trunk", "fleet", "chain"])
  func everyExampleLoadsWithoutAComplaint(name: String) {
    let result = ManifestLoader().load(paths: ["\(ExampleTests.folder)/\(name).yaml"])
    #expect(result.diagnostics == [])
    #expect(result.desired?.owner.isEmpty == false)
  }

  @Test func theChangedPushGatewayIsOneEditOneRemovalAndOneAddition() throws {
    let before = try accounts("push-gateway")
    let after = try accounts("push-gateway-changed")
    #expect(before.keys.filter { after[$0] == nil } == ["frontdoor"])
    #expect(after.keys.filter { before[$0] == nil } == ["reception"])
    #expect(after.keys.filter { before[$0] != nil && before[$0] != after[$0] } == ["office"])
    #expect(after["office"]?.contactMaster == "push")
  }

  @Test func defaultsAndMergedKeysReachEveryAccountOfTheFleet() throws {
    let fleet = try accounts("fleet")
    #expect(fleet["desk-101"]?.expires == 1800)
    #expect(fleet["desk-103"]?.expires == 7200)
    #expect(fleet["door-south"]?.expires == 300)
    #expect(fleet.values.allSatisfy { $0.credentials.first?.secret == .environment("FLEET_PASSWORD") })
    #expect(fleet["door-north"]?.registrar.description == "sip:pbx.example.com")
  }

  private func accounts(_ name: String) throws -> [AccountID: Account] {
    let result = ManifestLoader().load(paths: ["\(ExampleTests.folder)/\(name).yaml"])
    let desired = try #require(result.desired)
    return Dictionary(uniqueKeysWithValues: desired.accounts.map { ($0.account.id, $0.account) })
  }
}
