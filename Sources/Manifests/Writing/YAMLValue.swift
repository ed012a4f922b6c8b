/// A value to be written as YAML, in flow style.
enum YAMLValue {
  case text(String)
  /// A number, a flag or a duration: written as it is.
  case word(String)
  indirect case list([YAMLValue])
  /// Pairs in their order.
  indirect case mapping([(String, YAMLValue)])

  static func duration(_ seconds: UInt32) -> YAMLValue {
    if seconds > 0, seconds % 3600 == 0 { return .word("\(seconds / 3600)h") }
    if seconds > 0, seconds % 60 == 0 { return .word("\(seconds / 60)m") }
    return .word("\(seconds)")
  }

  static func flag(_ flag: Bool) -> YAMLValue { .word(flag ? "true" : "false") }

  /// On one line.
  var flow: String {
    switch self {
    case .text(let text): YAMLText.scalar(text)
    case .word(let word): word
    case .list(let values): "[\(values.map(\.flow).joined(separator: ", "))]"
    case .mapping(let pairs) where pairs.isEmpty: "{}"
    case .mapping(let pairs):
      "{ \(pairs.map { "\(YAMLText.scalar($0.0)): \($0.1.flow)" }.joined(separator: ", ")) }"
    }
  }
}
