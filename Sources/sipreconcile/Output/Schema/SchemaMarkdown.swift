/// The description of a JSON document for people: a table of its fields, those of inner objects by their path.
struct SchemaMarkdown {
  let schema: JSONSchema

  init(_ schema: JSONSchema) { self.schema = schema }

  func lines() -> [String] {
    var rows = ["| field | value | always there | meaning |", "|---|---|---|---|"]
    add(schema.type, at: "", to: &rows)
    return [
      "# \(schema.title)", "", schema.description, "",
      "A path such as `a[].b` is the field `b` of each element of `a`. Fields are added over time and never renamed: a "
        + "reader ignores what it does not know.",
      "",
    ] + rows + [""]
  }

  private func add(_ type: SchemaType, at path: String, to rows: inout [String]) {
    switch type {
    case .list(let element): add(element, at: path + "[]", to: &rows)
    case .object(let fields):
      for field in fields {
        let place = path.isEmpty ? field.name : "\(path).\(field.name)"
        let isThere = field.isRequired ? "yes" : "no"
        let cells = ["`\(place)`", words(field.type), isThere, field.meaning]
        rows.append("| \(cells.map { $0.replacing("|", with: "\\|") }.joined(separator: " | ")) |")
        add(field.type, at: place, to: &rows)
      }
    case .text, .time, .integer, .number, .flag, .constant, .choice: break
    }
  }

  private func words(_ type: SchemaType) -> String {
    switch type {
    case .text: "text"
    case .time: "time"
    case .integer: "whole number"
    case .number: "number"
    case .flag: "`true` or `false`"
    case .constant(let text): "`\(text)`"
    case .choice(let texts): texts.map { "`\($0)`" }.joined(separator: ", ")
    case .list(let element): "list: \(words(element))"
    case .object: "object"
    }
  }
}
