import Foundation
import Testing

@testable import sipreconcile

/// With the real engine and the embedded registrar, on loopback.
@Suite("Rehearsals end to end") struct RehearsalTests {
  private func laboratory() throws -> Laboratory {
    let laboratory = try Laboratory(clock: SystemClock(), composition: .real)
    let examples = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent().appending(path: "examples")
    for name in ["push-gateway.yaml", "push-gateway-changed.yaml", "chain.yaml"] {
      try laboratory.write(String(contentsOf: examples.appending(path: name), encoding: .utf8), to: name)
    }
    return laboratory
  }

  @Test func thePushGatewayIsAppliedChangedAndAppliedAgain() async throws {
    let laboratory = try laboratory()
    let first = await laboratory.run("apply", "--sandbox", "push-gateway.yaml")
    #expect(first.status == 0)
    #expect(first.output.hasSuffix("3 done.\n"))
    #expect(await laboratory.run("plan", "--sandbox", "push-gateway.yaml", "--exit-code").status == 0)
    let plan = await laboratory.run("plan", "--sandbox", "push-gateway-changed.yaml", "--exit-code")
    #expect(plan.status == 2)
    #expect(plan.output.contains("Plan: 1 to register, 1 to edit, 1 to unregister. 1 unchanged."))
    #expect(await laboratory.run("apply", "--sandbox", "push-gateway-changed.yaml").status == 0)
    #expect(await laboratory.run("plan", "--sandbox", "push-gateway-changed.yaml", "--exit-code").status == 0)
    #expect(await laboratory.run("drift", "--sandbox", "push-gateway-changed.yaml").status == 0)
  }

  @Test("a registrar that asks for no password is nothing to tell where it is our own")
  func passwordsAreNotAskedForInARehearsal() async throws {
    let laboratory = try laboratory()
    try laboratory.write(
      """
      apiVersion: sipreconcile/v1
      owner: strict
      engine: { requireChallenge: true }
      accounts:
        a: { identity: sip:a@example.org, auth: { username: a, password: { fromEnv: NONE } } }
      """
    )
    let ending = await laboratory.run("apply", "--sandbox", "accounts.yaml")
    #expect(ending.status == 0, "\(ending.errors)")
    #expect(ending.output.hasSuffix("1 done.\n"))
    #expect(!ending.errors.contains("without asking"))
  }

  @Test func aDependentIsBoundWithItsMastersContact() async throws {
    let laboratory = try laboratory()
    #expect(await laboratory.run("apply", "--sandbox", "push-gateway.yaml").status == 0)
    let path = laboratory.folder + "/state/sipreconcile/sandbox/push-gateway.db.bindings"
    let bindings = try SandboxBindings.read(path)
    #expect(bindings.count == 3)
    #expect(Set(bindings.map(\.contact)).count == 1)
  }

  @Test("REC-70 a binding that vanished is drift, and is repaired")
  func aVanishedBindingIsRepaired() async throws {
    let laboratory = try laboratory()
    #expect(await laboratory.run("apply", "--sandbox", "push-gateway.yaml").status == 0)
    let path = laboratory.folder + "/state/sipreconcile/sandbox/push-gateway.db.bindings"
    let bindings = try SandboxBindings.read(path)
    try SandboxBindings.write(bindings.filter { !$0.identity.contains("frontdoor") }, to: path)
    let drift = await laboratory.run("drift", "--sandbox", "push-gateway.yaml")
    #expect(drift.status == 2)
    #expect(drift.output.contains("r frontdoor"))
    #expect(await laboratory.run("apply", "--sandbox", "push-gateway.yaml").output.hasSuffix("1 done.\n"))
    #expect(await laboratory.run("drift", "--sandbox", "push-gateway.yaml").status == 0)
  }

  @Test("HAR-07 the trace shows messages")
  func theTraceShowsMessages() async throws {
    let laboratory = try laboratory()
    let ending = await laboratory.run("apply", "--sandbox", "push-gateway.yaml", "--trace", "trace.txt")
    #expect(ending.status == 0)
    #expect(try laboratory.read("trace.txt").contains("REGISTER sip:push.example.org;transport=tls SIP/2.0"))
  }
}
