import SIP

/// Reads addresses as other programs write them.
enum AddressReading {
  /// `"Name" <sip:…>`, `Name <sip:…>`, `<sip:…>` or `sip:…`; nil where that is no address.
  static func address(_ text: String) -> NameAddress? {
    let text = text.trimmed
    guard let open = text.firstIndex(of: "<"), let close = text.lastIndex(of: ">"), open < close else {
      return uri(text).map { NameAddress(uri: $0) }
    }
    guard let uri = uri(String(text[text.index(after: open)..<close])) else { return nil }
    let name = text[..<open].trimmed.unquoted
    return NameAddress(displayName: name.isEmpty ? nil : unescaped(name), uri: uri)
  }

  private static func unescaped(_ name: String) -> String {
    var text = ""
    var isEscaped = false
    for character in name {
      if character == "\\", !isEscaped {
        isEscaped = true
      } else {
        text.append(character)
        isEscaped = false
      }
    }
    return text
  }

  /// A SIP URI, with or without scheme and angle brackets; nil where it is none.
  static func uri(_ text: String) -> SIPURI? {
    var text = text.trimmed
    if text.hasPrefix("<"), text.hasSuffix(">") { text = String(text.dropFirst().dropLast()) }
    let lowered = text.lowercased()
    if !lowered.hasPrefix("sip:"), !lowered.hasPrefix("sips:") { text = "sip:" + text }
    do {
      let uri = try SIPURI(parsing: text)
      if let name = uri.parameter("transport"), Transport(name: name) == nil { return nil }
      return uri
    } catch {
      return nil
    }
  }

  /// A hop of a route set; other programs mean a loose router also where they do not say so.
  static func route(_ text: String) -> SIPURI? {
    guard var uri = uri(text) else { return nil }
    uri.headers = []
    if uri.parameter("lr") == nil { uri.parameters.append(SIPURI.Field("lr")) }
    return uri
  }

  /// The parts of a list at its commas, save those inside quotes and angle brackets.
  static func list(_ text: String, separator: Character = ",") -> [String] {
    var parts = [""]
    var isQuoted = false
    var isBracketed = false
    for character in text {
      if character == "\"" { isQuoted.toggle() }
      if !isQuoted, character == "<" { isBracketed = true }
      if !isQuoted, character == ">" { isBracketed = false }
      if character == separator, !isQuoted, !isBracketed {
        parts.append("")
      } else {
        parts[parts.count - 1].append(character)
      }
    }
    return parts.map(\.trimmed).filter { !$0.isEmpty }
  }
}
