/// Why a text is no SIP URI. Each case carries what a message to a person needs.
public enum SIPURIError: Error, Hashable, Sendable {
  /// Not `sip:` or `sips:`; the scheme as written, empty where there is none.
  case scheme(String)
  /// A character that may not stand there; the part, and the byte's offset in the text.
  case character(part: String, offset: Int)
  /// A `%` that two hexadecimal digits do not follow.
  case escape(offset: Int)
  case emptyUser
  /// Neither a name, an IPv4 address nor an IPv6 address in brackets.
  case host(String)
  /// An IPv6 address without its brackets.
  case bracketsMissing(String)
  /// Empty, not a number, 0 or over 65535.
  case port(String)
}

extension SIPURI {
  /// Parses a URI by the grammar of RFC 3261, 25.1, strictly.
  ///
  /// Everything that is legal unescaped stays as written; nothing is decoded.
  public init(parsing text: some StringProtocol) throws(SIPURIError) {
    try self.init(parsing: Array(text.utf8)[...])
  }

  /// Parses a URI from the wire.
  package init(parsing bytes: ArraySlice<UInt8>) throws(SIPURIError) {
    var parser = SIPURIParser(bytes: bytes)
    self = try parser.parse()
  }
}

private struct SIPURIParser {
  let bytes: ArraySlice<UInt8>

  private func text(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }

  mutating func parse() throws(SIPURIError) -> SIPURI {
    guard let colon = bytes.firstIndex(of: UInt8(ascii: ":")),
      let scheme = SIPURI.Scheme(rawValue: text(bytes.startIndex..<colon).lowercased())
    else { throw .scheme(schemeAsWritten) }
    var rest = colon + 1
    var uri = SIPURI(scheme: scheme, host: .name(""))

    // The user part may hold `;`, `?` and `/`, so the `@` is what ends it; none may stand after it unescaped.
    if let at = bytes[rest...].firstIndex(of: UInt8(ascii: "@")) {
      try parseUser(rest..<at, into: &uri)
      rest = at + 1
    }
    let hostEnd = try parseHost(from: rest, into: &uri)
    let headersStart = bytes[hostEnd...].firstIndex(of: UInt8(ascii: "?")) ?? bytes.endIndex
    uri.parameters = try parseParameters(hostEnd..<headersStart)
    if headersStart < bytes.endIndex { uri.headers = try parseHeaders(headersStart + 1..<bytes.endIndex) }
    return uri
  }

  private var schemeAsWritten: String {
    let end = bytes.firstIndex(of: UInt8(ascii: ":")) ?? bytes.startIndex
    return text(bytes.startIndex..<end)
  }

  private func parseUser(_ range: Range<Int>, into uri: inout SIPURI) throws(SIPURIError) {
    let colon = bytes[range].firstIndex(of: UInt8(ascii: ":")) ?? range.upperBound
    guard colon > range.lowerBound else { throw .emptyUser }
    try check(range.lowerBound..<colon, part: "user") { $0.isUnreserved || $0.isUserUnreserved }
    uri.user = text(range.lowerBound..<colon)
    guard colon < range.upperBound else { return }
    try check(colon + 1..<range.upperBound, part: "password") { byte in
      byte.isUnreserved || "&=+$,".utf8.contains(byte)
    }
    uri.password = text(colon + 1..<range.upperBound)
  }

  private func parseHost(from start: Int, into uri: inout SIPURI) throws(SIPURIError) -> Int {
    var end =
      bytes[start...].firstIndex { $0 == UInt8(ascii: ";") || $0 == UInt8(ascii: "?") } ?? bytes.endIndex
    let whole = text(start..<end)
    if whole.utf8.filter({ $0 == UInt8(ascii: ":") }).count > 1, !whole.hasPrefix("["),
      IPv6Address(whole) != nil
    {
      throw .bracketsMissing(whole)
    }
    let close = bytes[start..<end].firstIndex(of: UInt8(ascii: "]")) ?? start
    let colon = bytes[close..<end].firstIndex(of: UInt8(ascii: ":")) ?? end
    guard let host = Host(text(start..<colon)) else { throw .host(text(start..<colon)) }
    uri.host = host
    if colon < end {
      let digits = bytes[colon + 1..<end]
      guard !digits.isEmpty, digits.count <= 5, digits.allSatisfy({ $0.isASCIIDigit }),
        let port = UInt16(text(colon + 1..<end)), port > 0
      else { throw .port(text(colon + 1..<end)) }
      uri.port = port
    }
    if end > bytes.endIndex { end = bytes.endIndex }
    return end
  }

  private func parseParameters(_ range: Range<Int>) throws(SIPURIError) -> [SIPURI.Field] {
    guard !range.isEmpty else { return [] }
    var fields: [SIPURI.Field] = []
    for part in split(range.lowerBound + 1..<range.upperBound, at: UInt8(ascii: ";")) {
      guard !part.isEmpty else { throw .character(part: "parameter", offset: offset(part.lowerBound)) }
      let equals = bytes[part].firstIndex(of: UInt8(ascii: "=")) ?? part.upperBound
      guard equals > part.lowerBound else { throw .character(part: "parameter", offset: offset(equals)) }
      let allowed: (UInt8) -> Bool = { $0.isUnreserved || $0.isParameterUnreserved }
      try check(part.lowerBound..<equals, part: "parameter", allowed)
      guard equals < part.upperBound else {
        fields.append(SIPURI.Field(text(part)))
        continue
      }
      try check(equals + 1..<part.upperBound, part: "parameter", allowed)
      fields.append(SIPURI.Field(text(part.lowerBound..<equals), text(equals + 1..<part.upperBound)))
    }
    return fields
  }

  private func parseHeaders(_ range: Range<Int>) throws(SIPURIError) -> [SIPURI.Field] {
    var fields: [SIPURI.Field] = []
    for part in split(range, at: UInt8(ascii: "&")) {
      guard let equals = bytes[part].firstIndex(of: UInt8(ascii: "=")), equals > part.lowerBound else {
        throw .character(part: "header", offset: offset(part.lowerBound))
      }
      let allowed: (UInt8) -> Bool = { $0.isUnreserved || $0.isHeaderUnreserved }
      try check(part.lowerBound..<equals, part: "header", allowed)
      try check(equals + 1..<part.upperBound, part: "header", allowed)
      fields.append(SIPURI.Field(text(part.lowerBound..<equals), text(equals + 1..<part.upperBound)))
    }
    return fields
  }

  private func split(_ range: Range<Int>, at separator: UInt8) -> [Range<Int>] {
    bytes[range].split(separator: separator, omittingEmptySubsequences: false).map {
      $0.startIndex..<$0.endIndex
    }
  }

  private func offset(_ index: Int) -> Int { index - bytes.startIndex }

  private func check(
    _ range: Range<Int>,
    part: String,
    _ allowed: (UInt8) -> Bool
  ) throws(SIPURIError) {
    var index = range.lowerBound
    while index < range.upperBound {
      if bytes[index] == UInt8(ascii: "%") {
        guard index + 2 < range.upperBound, bytes[index + 1].isASCIIHexDigit, bytes[index + 2].isASCIIHexDigit
        else { throw .escape(offset: offset(index)) }
        index += 3
      } else {
        guard allowed(bytes[index]) else { throw .character(part: part, offset: offset(index)) }
        index += 1
      }
    }
  }
}
