import Agent
import Reconcile

/// The last lines of a plan for people: how many of each kind, where live state came from, the digest.
struct PlanSummaryText {
  let document: PlanDocument
  let palette: Palette

  init(_ document: PlanDocument, palette: Palette) {
    self.document = document
    self.palette = palette
  }

  func lines() -> [String] {
    var lines = [summary]
    if let live { lines.append(palette.paint(live, .dim)) }
    lines.append(palette.paint("Digest \(document.digest.prefix(12))", .dim))
    return lines
  }

  /// How many changes of each kind there are, and of what is left alone.
  var summary: String {
    let parts = counts.filter { $0.number > 0 }.map { "\($0.number) to \($0.verb)" }
    let rest = others.filter { $0.number > 0 }.map { "\($0.number) \($0.word)" }.joined(separator: ", ")
    let head = palette.paint(
      parts.isEmpty ? "No changes." : "Plan: \(parts.joined(separator: ", ")).",
      parts.isEmpty ? .green : .bold
    )
    return rest.isEmpty ? head : "\(head) \(rest)."
  }

  private var counts: [(number: Int, verb: String)] {
    let summary = document.summary
    return [
      (summary.register, "register"), (summary.edit, "edit"), (summary.follow, "follow"),
      (summary.repair, "repair"), (summary.refresh, "refresh"), (summary.replace, "replace"),
      (summary.move, "move"), (summary.adopt, "adopt"), (summary.unregister, "unregister"),
      (summary.local, "change locally"),
    ]
  }

  private var others: [(number: Int, word: String)] {
    let summary = document.summary
    return [
      (summary.unchanged, "unchanged"), (summary.kept, "held back"), (summary.unknown, "unknown"),
      (summary.foreign, summary.foreign == 1 ? "binding of others" : "bindings of others"),
    ]
  }

  private var live: String? {
    if let registrar = document.live.registrar, registrar.asked > 0 {
      return "Registrars answered about \(registrar.answered) of "
        + Columns.count(registrar.asked, "account", "accounts") + "."
    }
    if document.live.agent != nil { return "Live state is the running agent's." }
    // Without an age nothing is owned yet, and there was nothing to ask about.
    return document.live.state?.age.map {
      "Live state was not asked for: this rests on our own state, \(DurationText.text(seconds: $0)) old."
    }
  }
}
