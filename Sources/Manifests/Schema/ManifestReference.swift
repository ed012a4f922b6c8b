import Reconcile

/// The reference of one file in Markdown: every key with its meaning, values and default, from the tables that the
/// schema is made of.
package struct ManifestReference: Sendable {
  package init() {}

  /// Line by line, with one heading of the first level. It is an article of the documentation as it is.
  package func lines() -> [String] {
    var lines = head + section(TopKey.self)
    for keys in ManifestSchema.sections {
      // The defaults are about accounts, and stand in front of them.
      if keys == AccountKey.self { lines += body(.defaults) }
      lines += section(keys)
    }
    return lines
  }

  private var head: [String] {
    let limits = YAMLLimits()
    return [
      "# File reference",
      "",
      "Every key of a file: what it means, what it may be, what holds without it, and what a change of it does.",
      "",
      "## How to read it",
      "",
      "`sipreconcile schema config` writes the same for editors, as a JSON Schema, and with `-o markdown` this page. The "
        + "files in `examples/` explain themselves.",
      "",
      "| value | is |",
      "|---|---|",
      "| text | as it is written, with or without quotes: `0123` and `no` are texts. What may be sent has at most "
        + "\(FileDecoder.longestText) bytes and no control character |",
      "| SIP URI | begins with `sip:` or `sips:`; in quotes inside of `{}` and `[]` |",
      "| duration | seconds, or numbers with `d`, `h`, `m` and `s`, the longest unit first: `600`, `90s`, `1h30m` |",
      "| `true` or `false` | without quotes |",
      "| …, or a list | one value, or a list of them: `[a, b]` |",
      "| mapping | keys and values, in the section that the link names |",
      "",
      "- A dash under *without it* means that nothing takes its place.",
      "- Paths are seen from the folder of the file that has them.",
      "- An unknown key is an error that names the nearest known one, and so is a key that stands twice. Keys that begin "
        + "with `x-` are yours, anywhere: a home for anchors.",
      "- A file has at most \(limits.fileSize >> 20) MiB, \(limits.depth) levels, and \(limits.aliasNodes) nodes behind "
        + "aliases. `<<` merges mappings.",
      "",
    ]
  }

  private func section<Key: ManifestKey>(_ keys: Key.Type) -> [String] {
    let isOfAccount = keys == AccountKey.self
    var titles = ["key", "value", "without it"]
    if isOfAccount { titles.append("a change is") }
    titles.append("meaning")
    var table = [row(titles), "|" + String(repeating: "---|", count: titles.count)]
    for key in keys.allCases {
      let entry = key.entry
      var cells = [
        "`\(key)`", entry.shape.words,
        entry.absence(isRequired: keys.required.contains { $0.rawValue == key.rawValue }),
      ]
      if isOfAccount { cells.append(entry.change) }
      cells.append(entry.meaning)
      table.append(row(cells))
    }
    return body(keys.section, isOfAccount ? effects + table + [""] : table + [""])
  }

  private func body(_ section: SectionEntry, _ table: [String] = []) -> [String] {
    var lines = ["## \(section.heading)", "", section.about, ""] + table
    if !section.rules.isEmpty { lines += section.rules.map { "- \($0)" } + [""] }
    return lines + ["```yaml"] + section.example.split(separator: "\n").map(String.init) + ["```", ""]
  }

  /// What the words of the table of accounts mean.
  private var effects: [String] {
    ["A change is:", ""] + AccountField.Effect.allCases.map { "- *\($0.name)*: it \($0.words)." } + [""]
  }

  private func row(_ cells: [String]) -> String {
    "| \(cells.map { $0.replacing("|", with: "\\|") }.joined(separator: " | ")) |"
  }
}

extension KeyEntry {
  /// What holds without the key, in a cell of a table.
  fileprivate func absence(isRequired: Bool) -> String {
    if isRequired { return "**required**" }
    return fallback.map { "`\($0.plain)`" } ?? otherwise ?? "–"
  }

  fileprivate var change: String {
    guard let effect else { return "–" }
    return part.map { "\(effect.name); \($0.name): \($0.effect.name)" } ?? effect.name
  }
}
