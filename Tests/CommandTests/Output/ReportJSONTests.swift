import Reconcile
import Testing

@testable import Agent
@testable import sipreconcile

struct ReportJSONTests {
  private func agrees(_ document: ReportDocument) throws -> Bool {
    try ReportJSON.text(of: document) == JSONOutput.pretty(document)
  }

  @Test func reportWithoutOutcomesIsWhatTheEncoderGives() throws {
    #expect(try agrees(ReportDocument(Report(planDigest: "ab12"))))
  }

  @Test func outcomesOfEachKindAreWhatTheEncoderGives() throws {
    var failed = Outcome(account: "b", action: .edit, kind: .failed, reason: "Forbidden")
    failed.code = 403
    failed.lapsesAt = Timestamp(milliseconds: 1_795_384_800_000)
    failed.remedy = "Check \"auth\"; see C:\\x."
    var blocked = Outcome(account: "c", action: .replace, kind: .blocked)
    blocked.blockedBy = ["a", "b\u{1}"]
    let done = Outcome(account: "a", action: .register, kind: .done)
    let waiting = Outcome(account: "d", action: .unregister, kind: .notStarted, reason: "")
    let report = Report(planDigest: "ab12", outcomes: [done, failed, blocked, waiting])
    #expect(try agrees(ReportDocument(report)))
  }

  @Test(
    arguments: [
      "plain", "", "a/b", "quote \"", "back\\slash", "line\nfeed", "tab\t", "\u{8}\u{c}\r\u{1f}", "\u{7f}",
      "Zoë", "\u{202E}reversed", "\u{E0041}", "🙂", "\u{FEFF}",
    ]
  )
  func textsAreWhatTheEncoderGives(text: String) throws {
    let outcome = Outcome(account: AccountID(text), action: .move, kind: .failed, reason: text)
    #expect(try agrees(ReportDocument(Report(planDigest: text, outcomes: [outcome]))))
  }

  @Test(arguments: [0, 1, 5, 10, 16, 100, 120, 999, 1000, 1001, 61_500, 86_400_000, 123_456_789_012])
  func durationsAreWhatTheEncoderGives(milliseconds: Int) throws {
    let duration = Duration.milliseconds(milliseconds)
    let outcome = Outcome(account: "a", action: .register, kind: .done, duration: duration)
    #expect(try agrees(ReportDocument(Report(planDigest: "", outcomes: [outcome]))))
  }
}
