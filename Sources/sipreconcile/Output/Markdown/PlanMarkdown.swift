import Agent
import Reconcile

/// A plan as Markdown: its summary, a row for each change, and what is left alone or refused.
struct PlanMarkdown {
  let document: PlanDocument

  init(_ document: PlanDocument) { self.document = document }

  func lines() -> [String] {
    let last = PlanSummaryText(document, palette: .plain).lines()
    var lines = ["**\(MarkdownText.escape(last[0]))**", ""]
    for refusal in document.refusals {
      let option =
        refusal.option.isEmpty || refusal.message.contains(refusal.option) ? "" : " (\(refusal.option))"
      lines += ["> **Refused:** \(MarkdownText.escape(refusal.message + option))", ""]
    }
    return lines + changes() + leftAlone() + [
      last.dropFirst().map(MarkdownText.escape).joined(separator: "<br>")
    ]
  }

  private func changes() -> [String] {
    var table = MarkdownTable("", "account", "action", "wave", "change", "cause")
    for change in document.changes {
      let text = ChangeText(change, nameWidth: 0, .plain)
      let sign = ActionSign(change).cell(.plain).filter { $0 != " " }
      let masters = change.after.isEmpty ? [] : ["waits for \(change.after.joined(separator: ", "))"]
      table.add(parts: [
        [sign], [change.account], [change.action.rawValue], ["\(change.wave)"],
        [text.place ?? ""] + text.fieldTexts + masters, [text.cause],
      ])
    }
    return table.lines()
  }

  private func leftAlone() -> [String] {
    var table = MarkdownTable("left alone", "why")
    for kept in document.kept { table.add([kept.account, "\(kept.action.rawValue): \(kept.reason)"]) }
    for unknown in document.unknown {
      table.add([unknown.account, "live state not readable: \(unknown.reason)"])
    }
    for foreign in document.foreign { table.add([foreign.account, "bound by others: \(foreign.contact)"]) }
    return table.lines()
  }
}
