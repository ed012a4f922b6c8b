import Reconcile
import Testing

@testable import Agent
@testable import sipreconcile

@Suite struct PlanTextTests {
  @Test func everyActionHasItsSignFieldsAndCause() throws {
    let text = PlanText(SamplePlan.document).lines().joined(separator: "\n") + "\n"
    try Golden.expect(text, equals: "plan.txt")
  }

  @Test func coloursChangeNothingButColours() throws {
    let text = PlanText(SamplePlan.document, palette: Palette(isEnabled: true)).lines().joined(
      separator: "\n"
    )
    try Golden.expect(text.replacing("\u{1B}", with: "ESC") + "\n", equals: "plan-colour.txt")
    let plain = PlanText(SamplePlan.document).lines().joined(separator: "\n")
    #expect(text.replacing(/\u{1B}\[[0-9]+m/, with: "") == plain)
  }

  @Test("HAR-05 the JSON of a plan has every change, its cause and its fields")
  func jsonHasTheSameFacts() throws {
    try Golden.expect(try JSONOutput.pretty(SamplePlan.document) + "\n", equals: "plan.json")
  }

  @Test func anEmptyPlanSaysSo() {
    var plan = Plan(owner: "office", live: LiveSummary(source: .state, age: 3700))
    plan.digest = "00112233445566778899"
    plan.unchanged = ["push"]
    #expect(
      PlanText(PlanDocument(plan)).lines() == [
        "No changes. 1 unchanged.",
        "Live state was not asked for: this rests on our own state, 1 h 1 min old.",
        "Digest 001122334455",
      ]
    )
  }

  @Test("SEC-07 escape sequences of a registrar do not reach the terminal")
  func networkTextIsEscaped() {
    var plan = Plan(owner: "office")
    plan.unknown = [UnknownAccount(account: "push", reason: "503 \u{1B}]0;pwn\u{7}\r\n2 done")]
    let text = PlanText(PlanDocument(plan)).lines().joined(separator: "\n")
    #expect(text.contains("503 \\u{1B}]0;pwn\\u{7}\\u{D}\\u{A}2 done"))
    #expect(!text.contains("\u{1B}"))
  }

  @Test func aSecretIsNeverShownEvenIfAPlanHoldsOne() throws {
    var change = Change(account: "push", action: .edit, cause: Cause(.secret), steps: [.edit])
    change.fields = [FieldChange(path: "auth", before: "hunter1", after: "hunter2", isSensitive: true)]
    let document = PlanDocument(Plan(owner: "office", changes: [change]))
    let text = PlanText(document).lines().joined(separator: "\n")
    #expect(text.contains("auth  (secret, changed)"))
    #expect(!(text + (try JSONOutput.pretty(document))).contains("hunter"))
  }
}
