import Agent

/// How accounts stand, as Markdown.
struct StatusMarkdown {
  let document: StatusDocument

  init(_ document: StatusDocument) { self.document = document }

  func lines() -> [String] {
    let text = StatusText(document)
    var table = MarkdownTable(StatusText.titles.map { $0.lowercased() } + ["more"])
    for account in document.accounts {
      table.add(parts: text.cells(account).map { [$0] } + [text.troubleTexts(account)])
    }
    let rows = table.lines()
    let warnings = (document.agent.map(text.warnings) ?? []).flatMap { ["> \(MarkdownText.escape($0))", ""] }
    return [MarkdownText.escape(text.header), ""] + warnings + (rows.isEmpty ? ["No accounts."] : rows)
  }
}
