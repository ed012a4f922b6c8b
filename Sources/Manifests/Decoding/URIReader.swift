import SIP

/// Reads URIs as people write them in a manifest, and remembers what follows the user part.
///
/// A user part may hold any character: what the grammar does not allow is escaped (RFC 3261, 19.1.2), a
/// legal escape stays. Everything else is read strictly. The host and all after it are the same for most
/// accounts, so each spelling of those is parsed once.
struct URIReader {
  private var tails = ByteTable()
  private var parsedTails: [SIPURI] = []

  /// Past this number of spellings nothing more is kept.
  private static let limit = 4096
  private static let prefix = Array("sip:".utf8)

  mutating func read(_ bytes: UnsafeBufferPointer<UInt8>) throws(SIPURIError) -> SIPURI {
    if let uri = try readKnown(bytes) { return uri }
    let text = String(decoding: bytes, as: UTF8.self)
    do {
      return try SIPURI(parsing: text)
    } catch {
      guard let escaped = URIReader.escapingUser(of: text), escaped != text else { throw error }
      return try SIPURI(parsing: escaped)
    }
  }

  /// The URI if it is `sip:`, a user part without escapes or a password, and a tail.
  private mutating func readKnown(_ bytes: UnsafeBufferPointer<UInt8>) throws(SIPURIError) -> SIPURI? {
    guard bytes.count > 5, bytes[0] == 0x73, bytes[1] == 0x69, bytes[2] == 0x70, bytes[3] == 0x3a else {
      return nil
    }
    var at = 4
    while at < bytes.count,
      bytes[at].isASCIIAlphanumeric || bytes[at].isUnreserved || bytes[at].isUserUnreserved
    {
      at += 1
    }
    guard at > 4, at < bytes.count, bytes[at] == UInt8(ascii: "@") else { return nil }
    let tail = UnsafeBufferPointer(rebasing: bytes[(at + 1)...])
    let user = String(decoding: UnsafeBufferPointer(rebasing: bytes[4..<at]), as: UTF8.self)
    if let known = tails.find(tail) {
      var uri = parsedTails[known]
      uri.user = user
      return uri
    }
    guard !tail.contains(UInt8(ascii: "@")) else { return nil }
    var uri = try SIPURI(parsing: URIReader.prefix[...] + Array(tail)[...])
    if parsedTails.count < URIReader.limit {
      _ = tails.insert(tail)
      parsedTails.append(uri)
    }
    uri.user = user
    return uri
  }

  /// The same text with the user part escaped; nil if it has none or is no SIP URI. The last `@` ends the
  /// user part, for a host holds none.
  private static func escapingUser(of text: String) -> String? {
    guard let colon = text.firstIndex(of: ":"), let at = text.lastIndex(of: "@"), colon < at else {
      return nil
    }
    guard SIPURI.Scheme(rawValue: text[..<colon].lowercased()) != nil else { return nil }
    let user = Array(text[text.index(after: colon)..<at].utf8)
    var out = ""
    for (offset, byte) in user.enumerated() {
      let startsEscape =
        byte == UInt8(ascii: "%") && offset + 2 < user.count
        && user[offset + 1].isASCIIHexDigit && user[offset + 2].isASCIIHexDigit
      if byte.isUnreserved || byte.isUserUnreserved || byte == UInt8(ascii: ":") || startsEscape {
        out.unicodeScalars.append(Unicode.Scalar(byte))
      } else {
        let digits = String(byte, radix: 16, uppercase: true)
        out += byte < 0x10 ? "%0" + digits : "%" + digits
      }
    }
    return text[...colon] + out + text[at...]
  }
}
