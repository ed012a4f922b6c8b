import Reconcile

/// Comma-separated values with a line of names (RFC 4180).
struct CSVTable {
  struct Row {
    var at: SourceLocation
    var values: [String: String]
    /// False where it has not as many values as there are names.
    var isWhole: Bool
  }

  private(set) var names: [String] = []
  private(set) var rows: [Row] = []

  init(_ source: ImportSource) {
    var line = 1
    var fields: [String] = []
    var field = ""
    var isQuoted = false
    var start = 1
    var characters = source.text[...]
    if characters.first == "\u{FEFF}" { characters.removeFirst() }
    while let character = characters.popFirst() {
      if character.isNewline { line += 1 }
      if isQuoted {
        if character == "\"", characters.first == "\"" {
          field.append(characters.removeFirst())
        } else if character == "\"" {
          isQuoted = false
        } else {
          field.append(character)
        }
      } else if character == "\"", field.isEmpty {
        isQuoted = true
      } else if character == "," {
        fields.append(field)
        field = ""
      } else if character.isNewline {
        end(&fields, &field, at: SourceLocation(file: source.path, line: start, column: 1))
        start = line
      } else {
        field.append(character)
      }
    }
    end(&fields, &field, at: SourceLocation(file: source.path, line: start, column: 1))
  }

  private mutating func end(_ fields: inout [String], _ field: inout String, at place: SourceLocation) {
    fields.append(field)
    defer { (fields, field) = ([], "") }
    if fields == [""] { return }
    guard !names.isEmpty else {
      names = fields.map { $0.trimmed.lowercased() }
      return
    }
    let values = Dictionary(zip(names, fields)) { first, _ in first }
    rows.append(Row(at: place, values: values, isWhole: fields.count == names.count))
  }
}
