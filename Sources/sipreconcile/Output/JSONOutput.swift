import SIP

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Documents as JSON: UTF-8, keys sorted, so that the same facts always give the same bytes.
enum JSONOutput {
  /// A document over several lines, for a file or a person; no line feed at the end.
  static func pretty(_ document: some Encodable) throws -> String {
    try text(document, [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes])
  }

  /// A document in one line.
  static func line(_ document: some Encodable) throws -> String {
    try text(document, [.sortedKeys, .withoutEscapingSlashes])
  }

  private static func text(
    _ document: some Encodable,
    _ formatting: JSONEncoder.OutputFormatting
  ) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = formatting
    return escape(String(decoding: try encoder.encode(document), as: UTF8.self))
  }

  /// Writes what `ShownText` calls dangerous as JSON escapes. Such scalars stand only inside strings
  /// here, save the line feeds between them.
  private static func escape(_ text: String) -> String {
    let isEscaped = { (scalar: Unicode.Scalar) in scalar != "\n" && ShownText.isDangerous(scalar) }
    guard text.unicodeScalars.contains(where: isEscaped) else { return text }
    var escaped = ""
    for scalar in text.unicodeScalars {
      guard isEscaped(scalar) else {
        escaped.unicodeScalars.append(scalar)
        continue
      }
      for unit in UTF16.encode(scalar)! {
        let digits = String(unit, radix: 16)
        escaped += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      }
    }
    return escaped
  }
}
