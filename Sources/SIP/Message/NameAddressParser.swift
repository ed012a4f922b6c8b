/// Why a text is no address with an optional display name.
public enum NameAddressError: Error, Hashable, Sendable {
  /// A quote or an angle bracket is opened and not closed.
  case unclosed(Character)
  /// Something stands before the `<` that needs quotes, or behind the `>`.
  case unexpected(String)
  case uri(SIPURIError)
}

extension NameAddress {
  /// Parses `"Alice" <sip:a@b>`, `Alice <sip:a@b>`, `<sip:a@b>` or `sip:a@b`.
  ///
  /// A URI without brackets is the whole text, its parameters included: a person who writes one means them as
  /// part of the URI.
  public init(parsing text: some StringProtocol) throws(NameAddressError) {
    let result: Result<NameAddress, NameAddressError> = Array(text.utf8).withUnsafeBytes { raw in
      Result { () throws(NameAddressError) in try NameAddress(written: raw.trimmed) }
    }
    self = try result.get()
  }

  private init(written text: UnsafeRawBufferPointer) throws(NameAddressError) {
    var nameEnd = 0
    if text.first == UInt8(ascii: "\"") {
      guard let end = text.endOfQuotedString(at: 0) else { throw .unclosed("\"") }
      nameEnd = end
    } else {
      while nameEnd < text.count, text[nameEnd] != UInt8(ascii: "<"), text[nameEnd] != UInt8(ascii: ":") {
        nameEnd += 1
      }
      if nameEnd == text.count || text[nameEnd] == UInt8(ascii: ":") {
        self.init(uri: try NameAddress.uri(text))
        return
      }
    }
    let open = text.skippingBlanks(from: nameEnd)
    guard open < text.count, text[open] == UInt8(ascii: "<") else {
      throw .unexpected(text.slice(from: open).text)
    }
    guard let close = text[open...].firstIndex(of: UInt8(ascii: ">")) else { throw .unclosed("<") }
    guard close == text.count - 1 else { throw .unexpected(text.slice(from: close + 1).text) }
    self.init(
      displayName: try NameAddress.displayName(text.slice(0..<nameEnd).trimmed),
      uri: try NameAddress.uri(text.slice(open + 1..<close))
    )
  }

  private static func displayName(_ raw: UnsafeRawBufferPointer) throws(NameAddressError) -> String? {
    guard let first = raw.first else { return nil }
    if first == UInt8(ascii: "\"") { return raw.unquoted }
    for byte in raw where ",;\">@".utf8.contains(byte) { throw .unexpected(raw.text) }
    return raw.text
  }

  private static func uri(_ raw: UnsafeRawBufferPointer) throws(NameAddressError) -> SIPURI {
    do { return try SIPURI(parsing: raw) } catch { throw .uri(error) }
  }
}
