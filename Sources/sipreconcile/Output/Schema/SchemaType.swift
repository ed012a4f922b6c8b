/// What a value of a JSON document may be, from which its JSON Schema is written.
indirect enum SchemaType: Sendable, Equatable {
  case text
  /// RFC 3339 in UTC.
  case time
  case integer
  case number
  case flag
  /// Exactly this text.
  case constant(String)
  /// One of these texts.
  case choice([String])
  case list(SchemaType)
  case object([SchemaField])
}

/// One field of a JSON object.
struct SchemaField: Sendable, Equatable {
  var name: String
  var type: SchemaType
  var isRequired: Bool
  var meaning: String

  static func required(_ name: String, _ type: SchemaType, _ meaning: String) -> SchemaField {
    SchemaField(name: name, type: type, isRequired: true, meaning: meaning)
  }

  static func optional(_ name: String, _ type: SchemaType, _ meaning: String) -> SchemaField {
    SchemaField(name: name, type: type, isRequired: false, meaning: meaning)
  }
}
