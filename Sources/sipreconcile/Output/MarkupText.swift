import SIP

/// Text inside XML and HTML.
enum MarkupText {
  /// The text with what is markup as entities, and control characters as `ShownText` shows them.
  static func escape(_ text: String) -> String {
    var result = ""
    for scalar in ShownText.escape(text).unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}
