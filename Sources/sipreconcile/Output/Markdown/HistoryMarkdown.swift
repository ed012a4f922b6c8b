import Agent
import Reconcile

/// The last runs as Markdown: a table for each.
struct HistoryMarkdown {
  let document: HistoryDocument

  init(_ document: HistoryDocument) { self.document = document }

  func lines() -> [String] {
    document.runs.isEmpty ? ["No runs."] : document.runs.flatMap(lines)
  }

  private func lines(of run: HistoryDocument.RunEntry) -> [String] {
    let result = HistoryText(document).result(run)
    let words = [result, run.source, "plan \(run.digest.prefix(12))"].compactMap { $0 }.joined(
      separator: ", "
    )
    var table = MarkdownTable("account", "action", "outcome", "reason", "cause")
    for change in run.changes {
      let reason = [change.code.map(String.init), change.reason].compactMap { $0 }.joined(separator: " ")
      let cause = [change.cause?.kind.rawValue, change.cause?.at].compactMap { $0 }.joined(separator: ", ")
      let isDone = change.outcome == .done
      table.add([
        change.account, change.action.rawValue, change.outcome.rawValue, isDone ? "" : reason, cause,
      ])
    }
    return ["**\(run.run)** \(run.startedAt): \(MarkdownText.escape(words))", ""] + table.lines()
  }
}
