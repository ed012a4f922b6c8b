import Agent
import Reconcile
import SIP

/// What came of an apply, for people: the table of what did not succeed, and a closing line.
struct ReportText {
  let document: ReportDocument
  let palette: Palette
  /// A watch did this, and goes on.
  let isWatched: Bool

  init(_ document: ReportDocument, palette: Palette = .plain, isWatched: Bool = false) {
    self.document = document
    self.palette = palette
    self.isWatched = isWatched
  }

  func lines() -> [String] {
    var lines: [String] = []
    lines += table("Failed", .failed, .red)
    lines += table("Blocked", .blocked, .yellow)
    lines += table("Not started", .notStarted, .yellow)
    return lines + [closing]
  }

  private func table(_ title: String, _ kind: Outcome.Kind, _ colour: Palette.Colour) -> [String] {
    let outcomes = document.outcomes.filter { $0.outcome == kind }
    guard !outcomes.isEmpty else { return [] }
    let width = Columns.width(outcomes.lazy.map { ShownText.escape($0.account) })
    return [palette.paint(title, .bold)]
      + outcomes.flatMap { lines(of: $0, width: width, colour) } + [""]
  }

  private func lines(
    of outcome: ReportDocument.OutcomeEntry,
    width: Int,
    _ colour: Palette.Colour
  ) -> [String] {
    let name = Columns.pad(ShownText.escape(outcome.account), to: width)
    let action = Columns.pad(outcome.action.rawValue, to: 10)
    var lines = ["  \(palette.paint(name, colour)) \(action) \(OutcomeText.reason(outcome))"]
    let indent = String(repeating: " ", count: width + 14)
    if !outcome.blockedBy.isEmpty {
      let masters = outcome.blockedBy.map(ShownText.escape).joined(separator: ", ")
      lines.append(indent + "blocked by \(masters)")
    }
    if let next = OutcomeText.next(outcome, isWatched: isWatched) {
      lines.append(indent + palette.paint(next, .dim))
    }
    if let remedy = outcome.remedy { lines.append(indent + ShownText.escape(remedy)) }
    return lines
  }

  /// How many changes ended in each way.
  var closing: String {
    let summary = document.summary
    let parts = [
      part(summary.done, "done", .green), part(summary.failed, "failed", .red),
      part(summary.blocked, "blocked", .yellow), part(summary.notStarted, "not started", .yellow),
    ].compactMap { $0 }
    return parts.isEmpty ? palette.paint("Nothing to do.", .green) : parts.joined(separator: ", ") + "."
  }

  private func part(_ number: Int, _ word: String, _ colour: Palette.Colour) -> String? {
    number == 0 ? nil : palette.paint("\(number) \(word)", colour)
  }
}
