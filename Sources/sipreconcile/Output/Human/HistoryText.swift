import Agent
import Reconcile
import SIP

/// The last runs for people: a line for each, and below it what it did and why.
struct HistoryText {
  let document: HistoryDocument
  let palette: Palette

  /// Changes that are shown of one run; JSON has them all.
  private static let shown = 10

  init(_ document: HistoryDocument, palette: Palette = .plain) {
    self.document = document
    self.palette = palette
  }

  func lines() -> [String] {
    guard !document.runs.isEmpty else { return ["No runs."] }
    return document.runs.flatMap(lines)
  }

  private func lines(of run: HistoryDocument.RunEntry) -> [String] {
    let source = run.source.map { "  \(ShownText.escape($0))" } ?? ""
    let commit =
      run.commit.map { palette.paint("  commit \(ShownText.escape(String($0.prefix(12))))", .dim) } ?? ""
    let head = palette.paint("\(run.run)  \(run.startedAt)", .bold)
    let digest = palette.paint("  plan \(ShownText.escape(String(run.digest.prefix(12))))", .dim)
    let width = Columns.width(run.changes.prefix(Self.shown).lazy.map { ShownText.escape($0.account) })
    var lines = ["\(head)  \(result(run))\(source)\(commit)\(digest)"]
    lines += run.changes.prefix(Self.shown).map { line($0, width: width) }
    let total = run.summary.done + run.summary.failed + run.summary.blocked + run.summary.notStarted
    let hidden = run.changes.count - Self.shown
    if hidden > 0 { lines.append(palette.paint("      and more: \(total) changes in all", .dim)) }
    return lines
  }

  /// How many changes of the run ended in each way.
  func result(_ run: HistoryDocument.RunEntry) -> String {
    guard run.endedAt != nil else { return palette.paint("did not end", .yellow) }
    let summary = run.summary
    let parts: [(Int, String, Palette.Colour)] = [
      (summary.done, "done", .green), (summary.failed, "failed", .red),
      (summary.blocked, "blocked", .yellow), (summary.notStarted, "not started", .yellow),
    ]
    let words = parts.filter { $0.0 > 0 }.map { palette.paint("\($0.0) \($0.1)", $0.2) }
    return words.isEmpty ? "nothing to do" : words.joined(separator: ", ")
  }

  private func line(_ change: HistoryDocument.ChangeEntry, width: Int) -> String {
    let name = Columns.pad(ShownText.escape(change.account), to: width)
    let cause = change.cause.map { cause in
      let words = [cause.kind.rawValue] + [cause.at].compactMap { $0 }
      return palette.paint("(\(ShownText.escape(words.joined(separator: ", "))))", .dim)
    }
    let answer = ([change.code.map(String.init)].compactMap { $0 } + [change.reason]).joined(separator: " ")
    let (sign, outcome): (String, String) =
      switch change.outcome {
      case .done: (palette.paint("✓", .green), "")
      case .failed: (palette.paint("✗", .red), "failed: \(answer)")
      case .blocked: (palette.paint("‖", .yellow), "blocked: \(answer)")
      case .notStarted: (palette.paint("–", .yellow), "not started: \(answer)")
      }
    let parts = [Columns.pad(change.action.rawValue, to: 10), cause]
    let tail = (parts.compactMap { $0 } + [ShownText.escape(outcome)]).filter { !$0.isEmpty }
    return "    \(sign) \(name)  \(tail.joined(separator: " "))"
  }
}
