import Agent
import Testing

@testable import sipreconcile

@Suite struct ReportTextTests {
  @Test func failuresSayCodeReasonNextStepAndRemedy() throws {
    let text = ReportText(SampleReport.document).lines().joined(separator: "\n") + "\n"
    try Golden.expect(text, equals: "report.txt")
  }

  @Test func jsonHasTheSameFacts() throws {
    try Golden.expect(try JSONOutput.pretty(SampleReport.document) + "\n", equals: "report.json")
  }

  @Test func eachOutcomeHasALineOfItsOwnWhileTheRunLasts() {
    let lines = SampleReport.document.outcomes.map { OutcomeText.line($0, palette: .plain) }
    #expect(
      lines == [
        "✓ desk: edited 1.2 s", "✗ push: register failed: 403 Forbidden",
        "‖ office: blocked: waits for push, which failed: 403 Forbidden",
        "✗ gone: unregister failed: no answer", "– late: not started: not started within the time limit",
      ]
    )
  }
}
