import SIP

/// Text inside Markdown, as GitHub and GitLab read it.
enum MarkdownText {
  /// The text with what is markup escaped, and control characters as `ShownText` shows them.
  ///
  /// A name of a person (`@name`) that a registrar wrote calls nobody.
  static func escape(_ text: String) -> String {
    var result = ""
    var isInWord = false
    for scalar in ShownText.escape(text).unicodeScalars {
      switch scalar {
      case "\\", "`", "|", "*", "_", "[", "]", "~", "#": result += "\\\(scalar)"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "&": result += "&amp;"
      case "@" where !isInWord: result += "&#64;"
      default: result.unicodeScalars.append(scalar)
      }
      isInWord = scalar.properties.isAlphabetic || scalar.properties.numericType != nil
    }
    return result
  }
}
