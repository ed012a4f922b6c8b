import Agent
import Reconcile
import Testing

@testable import sipreconcile

/// Tables that are pasted into a pull request.
@Suite struct MarkdownTests {
  @Test func aPlanIsATableOfItsChanges() throws {
    try Golden.expect(
      PlanMarkdown(SamplePlan.document).lines().joined(separator: "\n") + "\n",
      equals: "plan.md"
    )
  }

  @Test func aReportHasWhatFailedFirst() throws {
    try Golden.expect(
      ReportMarkdown(SampleReport.document).lines().joined(separator: "\n") + "\n",
      equals: "report.md"
    )
  }

  @Test func aStatusIsATableOfItsAccounts() throws {
    try Golden.expect(
      StatusMarkdown(SampleStatus.document).lines().joined(separator: "\n") + "\n",
      equals: "status.md"
    )
  }

  @Test("text of others is no markup, and calls nobody")
  func markupIsEscaped() {
    #expect(
      MarkdownText.escape("a|b `c` *d* <e> [f](g) @name x@y.z")
        == #"a\|b \`c\` \*d\* &lt;e&gt; \[f\](g) &#64;name x@y.z"#
    )
    #expect(MarkdownText.escape("a\nb\u{202E}") == #"a\\u{A}b\\u{202E}"#)
  }

  @Test("a table has as many cells in each row as it has titles")
  func rowsFitTheirTitles() {
    let lines = PlanMarkdown(SamplePlan.document).lines().filter { $0.hasPrefix("|") }
    let changes = lines.prefix { !$0.contains("left alone") }
    #expect(changes.count == SamplePlan.document.changes.count + 2)
    for line in changes { #expect(line.replacing("\\|", with: "").count { $0 == "|" } == 7, "\(line)") }
  }

  @Test(
    "plan, apply, drift, status and history write tables",
    arguments: ["plan", "apply", "drift", "status", "history"]
  )
  func commandsWriteTables(_ command: String) async throws {
    let laboratory = try Laboratory(environment: ["CANARY": "c4n4ry"])
    try laboratory.write(Manifest.secret)
    let isLate = command == "drift" || command == "status" || command == "history"
    if isLate { _ = await laboratory.run("apply", "accounts.yaml") }
    let files = ["status", "history"].contains(command) ? [] : ["accounts.yaml"]
    let ending = await laboratory.run([command] + files + ["-o", "markdown"])
    #expect(ending.status == 0 && !ending.output.contains("c4n4ry"))
    #expect(ending.output.contains("|---|") == (command != "drift"))
    #expect(ending.output.contains("push") || command == "drift")
  }
}
