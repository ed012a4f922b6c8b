import Agent
import Reconcile
import SIP

/// A plan for people: what happens in which wave, from what to what, and why.
struct PlanText {
  let document: PlanDocument
  let palette: Palette
  private let nameWidth: Int

  init(_ document: PlanDocument, palette: Palette = .plain) {
    self.document = document
    self.palette = palette
    let names =
      document.changes.map(\.account) + document.kept.map(\.account) + document.unknown.map(\.account)
    nameWidth = Columns.width(names.lazy.map(ShownText.escape))
  }

  /// Lines without a line feed at the end.
  func lines() -> [String] {
    var lines: [String] = []
    for wave in waves() { lines += waveLines(wave) }
    lines += section("Held back", document.kept.map(keptLine))
    lines += section("Live state not readable, left alone", document.unknown.map(unknownLine))
    lines += section("Bindings of others, left alone", document.foreign.map(foreignLine))
    lines += refusalLines()
    return lines + PlanSummaryText(document, palette: palette).lines()
  }

  private func waves() -> [ArraySlice<PlanDocument.ChangeEntry>] {
    var waves: [ArraySlice<PlanDocument.ChangeEntry>] = []
    var start = document.changes.startIndex
    for position in document.changes.indices.dropFirst()
    where document.changes[position].wave != document.changes[position - 1].wave {
      waves.append(document.changes[start..<position])
      start = position
    }
    return document.changes.isEmpty ? [] : waves + [document.changes[start...]]
  }

  private func waveLines(_ changes: ArraySlice<PlanDocument.ChangeEntry>) -> [String] {
    let number = changes.first?.wave ?? 1
    let title = palette.paint("Wave \(number)", .bold)
    let order = number == 1 ? "" : palette.paint(", after what it depends on", .dim)
    return [title + order]
      + changes.flatMap { ChangeText($0, nameWidth: nameWidth, palette).lines() }
      + [""]
  }

  private func section(_ title: String, _ lines: [String]) -> [String] {
    lines.isEmpty ? [] : [palette.paint(title, .bold)] + lines + [""]
  }

  private func keptLine(_ kept: PlanDocument.KeptEntry) -> String {
    line(.kept, kept.account, "\(kept.action.rawValue): \(ShownText.escape(kept.reason))")
  }

  private func unknownLine(_ unknown: PlanDocument.UnknownEntry) -> String {
    line(.unknown, unknown.account, ShownText.escape(unknown.reason))
  }

  private func line(_ sign: ActionSign, _ account: String, _ text: String) -> String {
    "\(sign.cell(palette)) \(Columns.pad(ShownText.escape(account), to: nameWidth))  \(text)"
  }

  private func foreignLine(_ foreign: PlanDocument.ForeignEntry) -> String {
    let expiry = foreign.expires.map { "  for \($0) s" } ?? ""
    let text = "\(ShownText.escape(foreign.account))  \(ShownText.escape(foreign.contact))"
    return "    " + text + palette.paint(expiry, .dim)
  }

  private func refusalLines() -> [String] {
    document.refusals.flatMap { refusal in
      let refused = palette.paint("Refused: ", .red) + ShownText.escape(refusal.message)
      // Most messages name the option themselves; a broken file has none that helps.
      guard !refusal.option.isEmpty, !refusal.message.contains(refusal.option) else { return [refused, ""] }
      let option = palette.paint(ShownText.escape(refusal.option), .bold)
      return [refused, "  to go on all the same: " + option, ""]
    }
  }
}
