/// Text of a server as it may be shown: control characters, line ends and marks that turn the reading direction
/// are written as escapes, so that a terminal, a log or a document cannot be steered by it.
enum ServerText {
  static func escape(_ text: String) -> String {
    // Plain ASCII is what nearly every server sends.
    if text.utf8.allSatisfy({ 0x20 <= $0 && $0 < 0x7F }) { return text }
    guard text.unicodeScalars.contains(where: mustBeEscaped) else { return text }
    var escaped = ""
    for scalar in text.unicodeScalars {
      if mustBeEscaped(scalar) {
        escaped += "\\u{\(String(scalar.value, radix: 16))}"
      } else {
        escaped.unicodeScalars.append(scalar)
      }
    }
    return escaped
  }

  private static func mustBeEscaped(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned: true
    default: false
    }
  }
}
