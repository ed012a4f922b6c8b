/// A JSON value, of which a schema is made; the members of an object keep no order.
package indirect enum SchemaValue: Sendable, Encodable {
  case text(String)
  case integer(Int)
  case flag(Bool)
  case list([SchemaValue])
  case object([(String, SchemaValue)])

  package func encode(to encoder: any Encoder) throws {
    switch self {
    case .text(let text):
      var container = encoder.singleValueContainer()
      try container.encode(text)
    case .integer(let number):
      var container = encoder.singleValueContainer()
      try container.encode(number)
    case .flag(let flag):
      var container = encoder.singleValueContainer()
      try container.encode(flag)
    case .list(let elements):
      var container = encoder.unkeyedContainer()
      for element in elements { try container.encode(element) }
    case .object(let members):
      var container = encoder.container(keyedBy: Name.self)
      for (name, value) in members { try container.encode(value, forKey: Name(stringValue: name)) }
    }
  }

  /// A scalar as a manifest writes it.
  var plain: String {
    switch self {
    case .text(let text): text
    case .integer(let number): "\(number)"
    case .flag(let flag): "\(flag)"
    case .list(let elements): "[\(elements.map(\.plain).joined(separator: ", "))]"
    case .object(let members):
      "{ \(members.map { "\($0.0): \($0.1.plain)" }.joined(separator: ", ")) }"
    }
  }

  /// Seconds as a manifest writes them: `90s` or `1h`, the largest unit that fits.
  static func seconds(_ seconds: UInt32) -> SchemaValue {
    for (length, unit) in [(3600, "h"), (60, "m")] as [(UInt32, String)] where seconds > 0 {
      if seconds % length == 0 { return .text("\(seconds / length)\(unit)") }
    }
    return .text("\(seconds)s")
  }

  static func texts(_ texts: [String]) -> SchemaValue { .list(texts.map { .text($0) }) }

  private struct Name: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }

    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }
}

extension SchemaValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral {
  package init(stringLiteral value: String) { self = .text(value) }
  package init(integerLiteral value: Int) { self = .integer(value) }
  package init(booleanLiteral value: Bool) { self = .flag(value) }
}
