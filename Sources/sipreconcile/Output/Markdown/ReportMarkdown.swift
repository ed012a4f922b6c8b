import Agent
import Reconcile

/// What came of an apply as Markdown: a row for each change, those that did not succeed first.
struct ReportMarkdown {
  let document: ReportDocument
  let isWatched: Bool

  init(_ document: ReportDocument, isWatched: Bool = false) {
    self.document = document
    self.isWatched = isWatched
  }

  func lines() -> [String] {
    var table = MarkdownTable("account", "action", "outcome", "reason", "what to do")
    for kind in [Outcome.Kind.failed, .blocked, .notStarted, .done] {
      for outcome in document.outcomes where outcome.outcome == kind { add(outcome, to: &table) }
    }
    let closing = ReportText(document).closing
    return ["**\(MarkdownText.escape(closing))**", ""] + table.lines()
  }

  private func add(_ outcome: ReportDocument.OutcomeEntry, to table: inout MarkdownTable) {
    let isDone = outcome.outcome == .done
    let blockers = outcome.blockedBy.isEmpty ? "" : "blocked by \(outcome.blockedBy.joined(separator: ", "))"
    table.add(parts: [
      [outcome.account], [outcome.action.rawValue], [outcome.outcome.rawValue],
      isDone ? [] : [OutcomeText.reason(outcome), blockers],
      [OutcomeText.next(outcome, isWatched: isWatched) ?? "", outcome.remedy ?? ""],
    ])
  }
}
