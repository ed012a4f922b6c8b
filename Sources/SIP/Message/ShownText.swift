/// Text of a peer or of a file, made harmless for terminals, logs and readers.
///
/// Control characters could move the cursor or start a new line, and bidi or invisible ones could show
/// something else than what is there; each is written as `\u{…}`.
package enum ShownText {
  /// The text with every dangerous scalar escaped; text without one is returned as it is.
  package static func escape(_ text: String) -> String {
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
  package static func escapeLines(_ text: String) -> String {
    text.split(separator: "\n", omittingEmptySubsequences: false).map { escape(String($0)) }
      .joined(separator: "\n")
  }

  /// True for controls, line separators, bidi controls, invisible formatting and tag characters, and for what no
  /// reader knows: private and unassigned ones.
  package static func isDangerous(_ scalar: Unicode.Scalar) -> Bool {
    if scalar.isASCII { return scalar.value < 0x20 || scalar.value == 0x7F }
    return switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned: true
    default: false
    }
  }
}
