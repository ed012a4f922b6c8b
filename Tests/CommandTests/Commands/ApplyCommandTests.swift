import EngineScripted
import Foundation
import Reconcile
import Testing

@testable import sipreconcile

@Suite struct ApplyCommandTests {
  @Test func aPlanIsShownThenCarriedOutThenSummedUp() async throws {
    let laboratory = try Laboratory()
    try laboratory.write(Manifest.gateway)
    let ending = await laboratory.run("apply", "accounts.yaml")
    try Golden.expect(ending.output, equals: "apply.txt")
    try Golden.expect(ending.errors, equals: "apply-errors.txt")
  }

  @Test("REC-60 the second apply sends no REGISTER with a Contact")
  func theSecondApplyChangesNothing() async throws {
    let laboratory = try Laboratory()
    try laboratory.write(Manifest.gateway)
    _ = await laboratory.run("apply", "accounts.yaml")
    let ending = await laboratory.run("apply", "accounts.yaml")
    #expect(ending.output.hasPrefix("No changes. 3 unchanged."))
    #expect(await laboratory.current.requests.allSatisfy { $0.contact == nil })
  }

  @Test func aChangedFileIsPlannedAndApplied() async throws {
    let laboratory = try Laboratory()
    try laboratory.write(Manifest.gateway)
    // The digest covers the Call-ID of what is unregistered.
    _ = await laboratory.run("apply", "accounts.yaml", "--seed", "7")
    try laboratory.write(Manifest.withoutDoor)
    try Golden.expect(await laboratory.run("plan", "accounts.yaml").output, equals: "plan-changed.txt")
    let ending = await laboratory.run("apply", "accounts.yaml")
    #expect(ending.status == 0)
    #expect(ending.output.hasSuffix("2 done.\n"))
    #expect(await laboratory.run("plan", "accounts.yaml", "--exit-code").status == 0)
  }

  @Test func jsonIsOneReport() async throws {
    let laboratory = try Laboratory()
    try laboratory.write(Manifest.gateway)
    let ending = await laboratory.run("apply", "accounts.yaml", "-o", "json")
    let object = try JSONSerialization.jsonObject(with: Data(ending.output.utf8)) as? [String: Any]
    #expect(object?["format"] as? String == "sipreconcile.report/1")
    #expect((object?["outcomes"] as? [Any])?.count == 3)
  }

  @Test func ndjsonTellsEverythingAndEndsWithARunSummary() async throws {
    let laboratory = try Laboratory()
    try laboratory.write(Manifest.gateway)
    laboratory.scriptNext { await $0.answer("desk", with: .refuse(404, "Not Found")) }
    let ending = await laboratory.run("apply", "accounts.yaml", "-o", "ndjson")
    let types = try events(ending.output).map { $0["type"] as? String }
    #expect(types == ["plan", "change", "change", "change", "outcome", "outcome", "outcome", "run_summary"])
    let last = try #require(try events(ending.output).last)
    #expect(last["exit"] as? Int == 6)
  }

  @Test(arguments: [["apply", "nowhere.yaml"], ["apply", "--frobnicate"]])
  func ndjsonEndsWithARunSummaryAlsoAfterAFatalError(_ arguments: [String]) async throws {
    let laboratory = try Laboratory()
    let ending = await laboratory.run(arguments[0], arguments[1], "-o", "ndjson")
    let last = try #require(try events(ending.output).last)
    #expect(last["type"] as? String == "run_summary")
    #expect(last["exit"] as? Int == Int(ending.status))
  }

  @Test("REC-76 a dry run is the plan, and writes no state")
  func aDryRunChangesNothing() async throws {
    let laboratory = try Laboratory()
    try laboratory.write(Manifest.gateway)
    let dry = await laboratory.run("apply", "--dry-run", "accounts.yaml")
    let plan = await laboratory.run("plan", "accounts.yaml")
    #expect(dry.output == plan.output)
    #expect(laboratory.contents() == ["accounts.yaml"])
    #expect(await laboratory.current.requests.allSatisfy { $0.contact == nil })
  }

  @Test func onlyBringsTheMasterAlongAndSaysSo() async throws {
    let laboratory = try Laboratory()
    try laboratory.write(Manifest.gateway)
    let ending = await laboratory.run("apply", "accounts.yaml", "--only", "desk")
    #expect(ending.errors.contains("With them come the accounts they depend on: push"))
    #expect(ending.output.hasSuffix("2 done.\n"))
    let unknown = await laboratory.run("apply", "accounts.yaml", "--only", "dsk")
    #expect(unknown.status == 64)
    #expect(unknown.errors.contains("dsk"))
  }

  @Test func theReviewedPlanIsAppliedAndNoOther() async throws {
    let laboratory = try Laboratory()
    try laboratory.write(Manifest.gateway)
    let plan = await laboratory.run("plan", "accounts.yaml", "-o", "json")
    try laboratory.write(plan.output, to: "plan.json")
    try laboratory.write(Manifest.withoutDoor)
    let refused = await laboratory.run("apply", "accounts.yaml", "--expect", "plan.json")
    #expect(refused.status == 4)
    #expect(refused.errors.contains("\nerror: door: reviewed register; now no change\n"))
    #expect(await laboratory.current.requests.allSatisfy { $0.contact == nil })
    try laboratory.write(Manifest.gateway)
    #expect(await laboratory.run("apply", "accounts.yaml", "--expect", "plan.json").status == 0)
  }

  @Test func aReviewedPlanThatIsMissingIsSaidToBe() async throws {
    let laboratory = try Laboratory()
    try laboratory.write(Manifest.gateway)
    let ending = await laboratory.run("apply", "accounts.yaml", "--expect", "nofile.json")
    #expect(ending.status == 64)
    #expect(ending.errors.contains("there is no file `nofile.json`"))
  }

  @Test func allRailsOfAPlanAreShownAtOnceAndEachOptionOnce() async throws {
    let laboratory = try Laboratory()
    try laboratory.write(Manifest.gateway)
    _ = await laboratory.run("apply", "accounts.yaml")
    try laboratory.write("apiVersion: sipreconcile/v1\nowner: office\naccounts: {}\n")
    let ending = await laboratory.run("apply", "accounts.yaml")
    for option in ["--allow-empty", "--allow-unregister 3"] {
      #expect(ending.output.components(separatedBy: option).count == 2, "\(option)")
    }
  }

  @Test func onlyCountsWhatIsLookedAt() async throws {
    let laboratory = try Laboratory()
    try laboratory.write(Manifest.gateway)
    _ = await laboratory.run("apply", "accounts.yaml")
    let ending = await laboratory.run("plan", "accounts.yaml", "--only", "desk")
    #expect(ending.output.hasPrefix("No changes. 2 unchanged.\nRegistrars answered about 2 of 2 accounts."))
  }

  @Test func aTraceThatCannotBeWrittenSaysWhy() async throws {
    let laboratory = try Laboratory()
    try laboratory.write(Manifest.gateway)
    let ending = await laboratory.run("apply", "accounts.yaml", "--trace", "/nope/x")
    #expect(ending.errors.contains("`/nope/x` cannot be written: No such file or directory"))
  }

  @Test("a missing password is asked for once, before anything is sent with it")
  func aMissingPasswordIsAskedForOnce() async throws {
    let laboratory = try Laboratory()
    try laboratory.write(Manifest.secret)
    let applied = await laboratory.run("apply", "accounts.yaml", "--ask", answer: "typed")
    #expect(applied.status == 0)
    #expect(applied.errors.components(separatedBy: "Password of alice for push: ").count == 2)
    let planned = await laboratory.run("plan", "accounts.yaml", "--ask", answer: "typed")
    #expect(planned.errors.components(separatedBy: "Password of alice for push: ").count == 2)
    #expect(!(applied.output + applied.errors + planned.output + planned.errors).contains("typed"))
  }

  @Test func askingNeedsATerminal() async throws {
    let laboratory = try Laboratory()
    try laboratory.write(Manifest.secret)
    for command in ["plan", "apply", "watch"] {
      let ending = await laboratory.run(command, "accounts.yaml", "--ask", isInputTerminal: false)
      #expect(ending.status == 64)
      #expect(ending.errors.contains("--ask needs a terminal"))
    }
  }

  @Test func aRelativeFileIsReadFromTheWorkingDirectory() async throws {
    let laboratory = try Laboratory()
    try laboratory.write(Manifest.gateway, to: "accounts.yml")
    let ending = await laboratory.run("validate", "accounts.yml")
    #expect(ending.output == "Valid: 3 accounts.\n")
  }

  @Test func aDigestOfTwelveDigitsIsEnoughToExpect() async throws {
    let laboratory = try Laboratory()
    try laboratory.write(Manifest.gateway)
    let plan = await laboratory.run("plan", "accounts.yaml")
    let digest = String(try #require(plan.output.firstMatch(of: /Digest ([0-9a-f]{12})/)).1)
    #expect(await laboratory.run("apply", "accounts.yaml", "--expect", "000000000000").status == 4)
    #expect(await laboratory.run("apply", "accounts.yaml", "--expect", digest).status == 0)
  }

  @Test func notPruningOnlyShowsWhatIsNoLongerDeclared() async throws {
    let laboratory = try Laboratory()
    try laboratory.write(Manifest.gateway)
    _ = await laboratory.run("apply", "accounts.yaml")
    try laboratory.write(Manifest.withoutDoor)
    let ending = await laboratory.run("apply", "accounts.yaml", "--no-prune")
    #expect(ending.output.contains("Held back"))
    #expect(ending.output.hasSuffix("1 done.\n"))
  }

  @Test("REC-92 a contact that ends with the program is warned about")
  func aContactOfOurOwnIsWarnedAbout() async throws {
    let laboratory = try Laboratory()
    try laboratory.write(Manifest.gateway.replacing("    contact: sip:alice@192.0.2.7\n", with: ""))
    let ending = await laboratory.run("apply", "accounts.yaml")
    #expect(ending.errors.contains("warning: push shows the address of this program"))
  }

  @Test("a contact of our own that was not registered, or is another's address, is not warned about")
  func noWarningWhereThereIsNoSuchContact() async throws {
    let laboratory = try Laboratory()
    let manifest = Manifest.gateway.replacing("    contact: sip:alice@192.0.2.7\n", with: "")
    try laboratory.write(manifest)
    laboratory.scriptNext { await $0.answer("push", with: .refuse(403, "Forbidden")) }
    let failed = await laboratory.run("apply", "accounts.yaml")
    #expect(failed.status == 6 && !failed.errors.contains("shows the address"))
    let advertised = await laboratory.run("apply", "accounts.yaml", "--advertise", "pbx.example.com")
    #expect(advertised.status == 0 && !advertised.errors.contains("shows the address"))
    try laboratory.write(
      manifest + "  new: { identity: sip:new@example.com }\nengine: { advertise: pbx.example.com }\n"
    )
    let written = await laboratory.run("apply", "accounts.yaml")
    #expect(written.status == 0 && !written.errors.contains("show the address"))
  }

  @Test("SEC-70 a password is in no output at any level")
  func aSecretIsInNoOutput() async throws {
    let laboratory = try Laboratory(environment: ["CANARY": "c4n4ry-s3cr3t"])
    try laboratory.write(Manifest.secret)
    for format in ["human", "json", "ndjson"] {
      for command in ["validate", "plan", "apply"] {
        let ending = await laboratory.run(command, "accounts.yaml", "-o", format, "--log-level", "debug")
        #expect(ending.status == 0)
        #expect(!(ending.output + ending.errors).contains("c4n4ry-s3cr3t"), "\(command) \(format)")
      }
    }
  }

  @Test("SEC-56 a missing secret is an error before anything is sent")
  func aMissingSecretIsAnError() async throws {
    let laboratory = try Laboratory()
    try laboratory.write(Manifest.secret)
    let ending = await laboratory.run("apply", "accounts.yaml")
    #expect(ending.status == 3)
    #expect(ending.errors.contains("accounts.yaml:7:5: error: no secret for account `push`"))
    try laboratory.write(Manifest.secret + "  desk: { identity: nonsense }\n")
    let both = await laboratory.run("apply", "accounts.yaml")
    #expect(both.errors.contains("accounts.yaml:7:5: error: no secret for account `push`"))
    #expect(both.errors.contains("accounts.yaml:8:21: error: `identity`"))
    try laboratory.write(Manifest.secret)
    #expect(await laboratory.current.calls.isEmpty)
    #expect(await laboratory.run("apply", "accounts.yaml", "--ask").status == 0)
  }

  private func events(_ output: String) throws -> [[String: Any]] {
    try output.split(separator: "\n").map { line in
      try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
    }
  }
}
