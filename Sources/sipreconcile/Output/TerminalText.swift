/// Text from the network or from a file, made harmless for terminals, logs and readers.
///
/// Control characters could move the cursor or start a new line, and bidi or invisible ones could show
/// something else than what is there; each is written as `\u{…}`.
enum TerminalText {
  /// The text with every dangerous scalar escaped; text without one is returned as it is.
  static func escape(_ text: String) -> String {
    // Plain ASCII is what nearly every text is.
    if text.utf8.allSatisfy({ 0x20 <= $0 && $0 < 0x7F }) { return text }
    guard text.unicodeScalars.contains(where: isDangerous) else { return text }
    var escaped = ""
    for scalar in text.unicodeScalars {
      if isDangerous(scalar) {
        escaped += "\\u{\(String(scalar.value, radix: 16, uppercase: true))}"
      } else {
        escaped.unicodeScalars.append(scalar)
      }
    }
    return escaped
  }

  /// As `escape`, but line feeds stay: for our own text of several lines.
  static func escapeLines(_ text: String) -> String {
    text.split(separator: "\n", omittingEmptySubsequences: false).map { escape(String($0)) }
      .joined(separator: "\n")
  }

  /// True for controls, line separators, bidi controls, invisible formatting and tag characters.
  static func isDangerous(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0...0x1F, 0x7F...0x9F: true
    case 0xAD, 0x61C, 0x180E, 0xFEFF: true
    case 0x200B...0x200F, 0x2028...0x202E, 0x2060...0x206F: true
    case 0xFFF9...0xFFFB, 0xE0000...0xE007F: true
    default: false
    }
  }
}
