import Reconcile
import Testing

@testable import sipreconcile

@Suite("Rehearsals") struct SandboxTests {
  @Test func aRehearsalHasAStateOfItsOwnAndNeedsNoSecrets() async throws {
    let laboratory = try Laboratory()
    try laboratory.write(Manifest.secret)
    #expect(await laboratory.run("apply", "--sandbox", "accounts.yaml").status == 0)
    #expect(laboratory.contents().contains("state/sipreconcile/sandbox/office.db"))
    #expect(!laboratory.contents().contains("state/sipreconcile/office.db"))
    #expect(laboratory.localRegistrar?.isStopped == true)
  }

  @Test func theRegistrarOfTheNextRehearsalHasTheBindingsOfTheLast() async throws {
    let laboratory = try Laboratory()
    try laboratory.write(Manifest.gateway)
    #expect(await laboratory.run("apply", "--sandbox", "accounts.yaml").status == 0)
    let bound = RegistrarBinding(
      identity: "sip:alice@push.example.org",
      contact: "sip:alice@192.0.2.7",
      callID: "c1",
      cseq: 2,
      expiresAt: laboratory.clock.time + .seconds(60)
    )
    let path = laboratory.folder + "/state/sipreconcile/sandbox/office.db.bindings"
    var expired = bound
    expired.expiresAt = laboratory.clock.time
    try SandboxBindings.write([bound, expired], to: path)
    #expect(await laboratory.run("plan", "--sandbox", "accounts.yaml").status == 0)
    #expect(laboratory.localRegistrar?.request.bindings == [bound])
  }

  @Test func bindingsThatCannotBeReadAreAnErrorThatSaysWhatToDo() async throws {
    let laboratory = try Laboratory()
    try laboratory.write(Manifest.gateway)
    _ = await laboratory.run("apply", "--sandbox", "accounts.yaml")
    try laboratory.write("{", to: "state/sipreconcile/sandbox/office.db.bindings")
    let ending = await laboratory.run("plan", "--sandbox", "accounts.yaml")
    #expect(ending.status == 1)
    #expect(ending.errors.contains("delete that file"))
  }
}
