/// A JSON Schema (draft 2020-12) of one document, written from the description beside the document's type.
///
/// Objects stay open: fields are added later, and a reader ignores what it does not know.
struct JSONSchema: Encodable, Sendable {
  var title: String
  var description: String
  var type: SchemaType

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode("https://json-schema.org/draft/2020-12/schema", forKey: "$schema")
    try container.encode(title, forKey: "title")
    try container.encode(description, forKey: "description")
    try Node(type: type).encode(into: &container)
  }

  private struct Node: Encodable {
    var type: SchemaType
    var meaning: String?

    func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: Key.self)
      try container.encodeIfPresent(meaning, forKey: "description")
      try encode(into: &container)
    }

    func encode(into container: inout KeyedEncodingContainer<Key>) throws {
      switch type {
      case .text: try container.encode("string", forKey: "type")
      case .time:
        try container.encode("string", forKey: "type")
        try container.encode("date-time", forKey: "format")
      case .integer: try container.encode("integer", forKey: "type")
      case .number: try container.encode("number", forKey: "type")
      case .flag: try container.encode("boolean", forKey: "type")
      case .constant(let text): try container.encode(text, forKey: "const")
      case .choice(let texts): try container.encode(texts, forKey: "enum")
      case .list(let element):
        try container.encode("array", forKey: "type")
        try container.encode(Node(type: element), forKey: "items")
      case .object(let fields): try encode(fields, into: &container)
      }
    }

    private func encode(
      _ fields: [SchemaField],
      into container: inout KeyedEncodingContainer<Key>
    ) throws {
      try container.encode("object", forKey: "type")
      try container.encode(fields.filter(\.isRequired).map(\.name), forKey: "required")
      var properties = container.nestedContainer(keyedBy: Key.self, forKey: "properties")
      for field in fields {
        try properties.encode(Node(type: field.type, meaning: field.meaning), forKey: Key(field.name))
      }
    }
  }

  private struct Key: CodingKey, ExpressibleByStringLiteral {
    let stringValue: String
    var intValue: Int? { nil }

    init(_ name: String) { stringValue = name }
    init(stringLiteral value: String) { stringValue = value }
    init?(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }
}
