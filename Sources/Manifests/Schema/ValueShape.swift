/// What a key's value may be, as far as a JSON Schema can say it.
///
/// Every scalar is a text to the decoder, and `0123` an address without quotes: so a text may look like a
/// number or a flag.
indirect enum ValueShape {
  /// Not empty, no control characters.
  case text
  /// Text that may be empty.
  case textOrNothing
  /// Text for people, with lines.
  case prose
  case flag
  case integer(ClosedRange<Int>)
  case seconds(from: Int)
  case percent
  /// From 0 to 1 (RFC 3261, 25.1: qvalue).
  case preference
  case word([String])
  /// A text that fits a pattern.
  case matching(String)
  /// Exactly this text.
  case constant(String)
  /// A SIP URI, with or without a display name around it.
  case uri
  case mapping(any ManifestKey.Type)
  /// What accounts have in common.
  case defaults
  /// A mapping whose keys are names of the user's; nil: any name without control characters.
  case names(of: ValueShape, pattern: String? = nil)
  /// A list, which for one element may be the element itself.
  case list(ValueShape)
  /// A list with one element at least.
  case array(ValueShape)
  case either([ValueShape])

  /// What the numbers of this shape count.
  var unit: String? {
    switch self {
    case .seconds: "Seconds, or a duration such as 90s, 10m or 1h30m."
    case .percent: "A share from 0% to 100%."
    case .preference: "From 0 to 1, with at most three decimals."
    case .either(let shapes): shapes.lazy.compactMap(\.unit).first
    case .text, .textOrNothing, .prose, .flag, .integer, .word, .matching, .constant, .uri,
      .mapping, .defaults, .names, .list, .array:
      nil
    }
  }

  var schema: SchemaValue { .object(members) }

  /// One word of a closed set.
  static func words<Word: RawRepresentable<String> & CaseIterable>(_: Word.Type) -> ValueShape {
    .word(Word.allCases.map(\.rawValue))
  }

  var members: [(String, SchemaValue)] {
    switch self {
    case .text:
      [
        ("type", ValueShape.scalars), ("minLength", 1), ("maxLength", .integer(FileDecoder.longestText)),
        ("pattern", .text(ValueShape.printable)),
      ]
    case .textOrNothing:
      [
        ("type", .texts(["string", "number", "boolean", "null"])),
        ("maxLength", .integer(FileDecoder.longestText)), ("pattern", .text(ValueShape.printableOrEmpty)),
      ]
    case .prose: [("type", .texts(["string", "number", "boolean", "null"]))]
    case .flag: [("type", "boolean")]
    case .integer(let range):
      ValueShape.number(range.lowerBound, range.upperBound) + [("pattern", "^[0-9]+$")]
    case .seconds(let lowest):
      ValueShape.number(lowest, Int(UInt32.max)) + [
        ("pattern", .text(lowest > 0 ? ValueShape.someDuration : ValueShape.duration))
      ]
    case .percent: [("type", "string"), ("pattern", "^0*(?:[0-9]{1,2}|100)%$")]
    case .preference:
      [
        ("type", .texts(["number", "string"])), ("minimum", 0), ("maximum", 1),
        ("pattern", "^(?:0(?:\\.[0-9]{0,3})?|1(?:\\.0{0,3})?)$"),
      ]
    case .word(let words): [("enum", .texts(words))]
    case .matching(let pattern): [("type", ValueShape.scalars), ("pattern", .text(pattern))]
    case .constant(let text): [("const", .text(text))]
    case .uri:
      [
        ("type", "string"), ("maxLength", .integer(FileDecoder.longestText)),
        ("pattern", "^(?:.*<)?[sS][iI][pP][sS]?:[^\\u0000-\\u001f]+$"),
      ]
    case .mapping(let keys): [("$ref", .text("#/$defs/\(keys.title)"))]
    case .defaults: [("$ref", "#/$defs/defaults")]
    case .names(let element, let pattern):
      [
        ("type", .texts(["object", "null"])), ("additionalProperties", element.schema),
        ("propertyNames", .object([("pattern", .text(pattern ?? ValueShape.printable))])),
      ]
    case .list(let element):
      [("anyOf", .list([element.schema, .object([("type", "array"), ("items", element.schema)])]))]
    case .array(let element): [("type", "array"), ("items", element.schema), ("minItems", 1)]
    case .either(let shapes): [("anyOf", .list(shapes.map(\.schema)))]
    }
  }

  /// The names of headers and parameters (RFC 3261, 25.1: token).
  static let token = "^[A-Za-z0-9.!%*_+`'~-]+$"

  private static let scalars = SchemaValue.texts(["string", "number", "boolean"])
  /// No control character, as `ControlCharacter` has them.
  private static let printable = "^[^\\u0000-\\u001f\\u007f\\u0085\\u2028\\u2029]+$"
  private static let printableOrEmpty = "^[^\\u0000-\\u001f\\u007f\\u0085\\u2028\\u2029]*$"
  private static let someDuration = "^(?=.*[1-9])" + duration.dropFirst()
  private static let duration = "^(?:[0-9]+|(?=[0-9])(?:[0-9]+d)?(?:[0-9]+h)?(?:[0-9]+m)?(?:[0-9]+s)?)$"

  private static func number(_ lowest: Int, _ highest: Int) -> [(String, SchemaValue)] {
    [
      ("type", .texts(["integer", "string"])), ("minimum", .integer(lowest)), ("maximum", .integer(highest)),
    ]
  }
}
