/// The value of a From, To, Contact or Route: display name, URI and parameters as bytes (RFC 3261, 20.10).
///
/// Valid only while the message's bytes are.
package struct NameAddressView {
  /// As written, with its quotes; nil where there is none.
  package var rawDisplayName: UnsafeRawBufferPointer?
  package var uri: UnsafeRawBufferPointer
  /// The header parameters from their first `;`, or nothing.
  package var parameters: UnsafeRawBufferPointer

  /// Reads one value, trimmed. Returns nil for one that cannot be read for certain.
  ///
  /// Read though the grammar forbids it: no space before `<`, an unquoted display name of any characters but
  /// `" , ; : < >`, spaces inside the angle brackets. Not read: an open quote or bracket, something other than
  /// parameters behind the URI, and a URI without brackets that holds `?`.
  package init?(_ value: UnsafeRawBufferPointer) {
    guard let open = NameAddressView.openingBracket(in: value) else { return nil }
    guard open < value.count else {
      guard let end = NameAddressView.endOfBareURI(in: value) else { return nil }
      uri = value.slice(0..<end)
      parameters = value.slice(from: value.skippingBlanks(from: end))
      guard hasOnlyParametersBehindURI else { return nil }
      return
    }
    var close = open + 1
    while close < value.count, value[close] != UInt8(ascii: ">") { close += 1 }
    guard close < value.count else { return nil }
    let name = value.slice(0..<open).trimmed
    rawDisplayName = name.isEmpty ? nil : name
    uri = value.slice(open + 1..<close).trimmed
    parameters = value.slice(from: value.skippingBlanks(from: close + 1))
    guard hasOnlyParametersBehindURI else { return nil }
  }

  private var hasOnlyParametersBehindURI: Bool {
    (parameters.isEmpty || parameters[0] == UInt8(ascii: ";")) && uri.isURI
  }

  /// `addr-spec`: what follows the first `;` are parameters of the header, not of the URI.
  private static func endOfBareURI(in value: UnsafeRawBufferPointer) -> Int? {
    var end = 0
    while end < value.count, value[end] != UInt8(ascii: ";"), !value[end].isBlank {
      guard value[end] != UInt8(ascii: "?"), value[end] != UInt8(ascii: ",") else { return nil }
      end += 1
    }
    return end
  }

  /// The offset of `<`; the end where the value has no brackets; nil if neither form fits.
  private static func openingBracket(in value: UnsafeRawBufferPointer) -> Int? {
    var index = 0
    if index < value.count, value[index] == UInt8(ascii: "\"") {
      guard let end = value.endOfQuotedString(at: index) else { return nil }
      index = value.skippingBlanks(from: end)
      return index < value.count && value[index] == UInt8(ascii: "<") ? index : nil
    }
    while index < value.count {
      switch value[index] {
      case UInt8(ascii: "<"): return index
      case UInt8(ascii: ":"): return value.count
      case UInt8(ascii: ";"), UInt8(ascii: ","), UInt8(ascii: "\""), UInt8(ascii: ">"): return nil
      default: index += 1
      }
    }
    return nil
  }
}

extension NameAddressView {
  /// The display name as a person reads it: without quotes and escapes, repaired to UTF-8.
  package var displayName: String? {
    guard let raw = rawDisplayName else { return nil }
    return raw.first == UInt8(ascii: "\"") ? raw.unquoted : raw.text
  }

  /// The value of the first parameter of that name, empty for one without value; nil if there is none.
  package func parameter(_ name: StaticString) -> UnsafeRawBufferPointer? {
    var reader = ParameterReader(parameters)
    while let parameter = reader.next() {
      if parameter.name.isEqual(ignoringCase: name) {
        return parameter.value ?? parameter.name.slice(0..<0)
      }
    }
    return nil
  }

  /// The `tag` of a From or To.
  package var tag: UnsafeRawBufferPointer? {
    guard let tag = parameter("tag"), !tag.isEmpty else { return nil }
    return tag
  }

  /// False if something behind the URI is no parameter.
  package var hasReadableParameters: Bool {
    var reader = ParameterReader(parameters)
    while reader.next() != nil {}
    return !reader.isMalformed
  }
}

extension UnsafeRawBufferPointer {
  /// A scheme, a colon and something behind it, without blanks, control characters, quotes and brackets.
  fileprivate var isURI: Bool {
    guard let first, first.isASCIILetter else { return false }
    var index = 1
    while index < count, self[index] != UInt8(ascii: ":") {
      let byte = self[index]
      guard byte.isASCIIAlphanumeric || byte == 0x2b || byte == 0x2d || byte == 0x2e else { return false }
      index += 1
    }
    guard index + 1 < count else { return false }
    while index < count {
      let byte = self[index]
      guard byte > 0x20, byte != 0x7f, byte != UInt8(ascii: "<"), byte != UInt8(ascii: ">"),
        byte != UInt8(ascii: "\"")
      else { return false }
      index += 1
    }
    return true
  }

  /// The contents of a quoted string, unescaped and repaired to UTF-8.
  package var unquoted: String {
    guard count >= 2 else { return "" }
    let inner = slice(1..<count - 1)
    var bytes: [UInt8] = []
    var index = 0
    while index < inner.count {
      if inner[index] == UInt8(ascii: "\\"), index + 1 < inner.count { index += 1 }
      bytes.append(inner[index])
      index += 1
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
