/// A table whose cells are escaped.
struct MarkdownTable {
  private let titles: [String]
  private var rows: [String] = []

  init(_ titles: String...) { self.titles = titles }

  init(_ titles: [String]) { self.titles = titles }

  mutating func add(_ cells: [String]) { add(parts: cells.map { [$0] }) }

  /// A row in which a cell may have several lines.
  mutating func add(parts cells: [[String]]) {
    let texts = cells.map { cell in
      cell.filter { !$0.isEmpty }.map(MarkdownText.escape).joined(separator: "<br>")
    }
    rows.append("| \(texts.joined(separator: " | ")) |")
  }

  /// Nothing where there is no row.
  func lines() -> [String] {
    guard !rows.isEmpty else { return [] }
    let rule = "|" + String(repeating: "---|", count: titles.count)
    return ["| \(titles.joined(separator: " | ")) |", rule] + rows + [""]
  }
}
