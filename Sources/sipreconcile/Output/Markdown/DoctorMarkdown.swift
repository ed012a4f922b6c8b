import Reconcile

/// What the doctor found as Markdown: a table for this machine and one for each next hop, problems first.
struct DoctorMarkdown {
  let document: DoctorDocument

  init(_ document: DoctorDocument) { self.document = document }

  func lines() -> [String] {
    var lines = ["**\(MarkdownText.escape(DoctorText(document).closing))**", ""]
    lines += section("This machine", steps: [], document.local)
    for hop in document.nextHops {
      lines += section(DoctorText.title(hop), steps: DoctorText.steps(hop), hop.findings)
    }
    return lines
  }

  private func section(_ title: String, steps: [String], _ findings: [Finding]) -> [String] {
    var table = MarkdownTable("", "check", "found", "what to do")
    for verdict in [Finding.Verdict.problem, .warning, .ok] {
      for finding in findings where finding.verdict == verdict {
        table.add([verdict.rawValue, finding.check.rawValue, DoctorText.text(finding), finding.remedy ?? ""])
      }
    }
    let way = steps.map(MarkdownText.escape).joined(separator: "<br>")
    return ["**\(MarkdownText.escape(title))**", ""] + (way.isEmpty ? [] : [way, ""]) + table.lines()
  }
}
