extension SIPURI {
  /// True if both URIs mean the same by RFC 3261, 19.1.4.
  ///
  /// Not transitive: a parameter that only one side has is ignored, so two URIs may both equal a third and
  /// differ from each other. Never group or hash by it.
  public func isEquivalent(to other: SIPURI) -> Bool {
    scheme == other.scheme && host == other.host && port == other.port
      && Escaped.equal(user, other.user, caseSensitive: true)
      && Escaped.equal(password, other.password, caseSensitive: true)
      && parametersMatch(other) && headersMatch(other)
  }

  /// True if both say the same in every part: equivalent, and with the same parameters. A registrar that keeps a
  /// binding for each text it is sent holds two that are only equivalent apart.
  package func isAlike(_ other: SIPURI) -> Bool {
    parameters.count == other.parameters.count && isEquivalent(to: other)
      && parameters.allSatisfy { field in
        let name = Escaped.canonical(field.name, lowercased: true)
        return other.parameters.contains { Escaped.canonical($0.name, lowercased: true) == name }
      }
  }

  /// Parameters that must be on both sides or on neither.
  private static let decisive: Set<String> = ["transport", "user", "ttl", "method", "maddr"]

  private func parametersMatch(_ other: SIPURI) -> Bool {
    SIPURI.holds(parameters, within: other.parameters) && SIPURI.holds(other.parameters, within: parameters)
  }

  private static func holds(_ fields: [Field], within others: [Field]) -> Bool {
    fields.allSatisfy { field in
      let name = Escaped.canonical(field.name, lowercased: true)
      guard let match = others.first(where: { Escaped.canonical($0.name, lowercased: true) == name }) else {
        return !decisive.contains(name)
      }
      return Escaped.equal(field.value, match.value, caseSensitive: false)
    }
  }

  private func headersMatch(_ other: SIPURI) -> Bool {
    guard headers.count == other.headers.count else { return false }
    var rest = other.headers
    for field in headers {
      let name = Escaped.canonical(field.name, lowercased: true)
      guard
        let match = rest.firstIndex(where: {
          Escaped.canonical($0.name, lowercased: true) == name
            && Escaped.equal($0.value, field.value, caseSensitive: true)
        })
      else { return false }
      rest.remove(at: match)
    }
    return true
  }
}

/// The address-of-record as a key: scheme, decoded user, host in lower case and port; no parameters
/// (RFC 3261, 10.3 step 5).
public struct AddressOfRecord: Sendable, Hashable {
  public let key: String

  public init(_ uri: SIPURI) {
    var text = uri.scheme.rawValue + ":"
    if let user = uri.user { text += Escaped.canonical(user, lowercased: false) + "@" }
    text += uri.host.description.lowercased()
    if let port = uri.port { text += ":\(port)" }
    key = text
  }
}

/// Percent-escapes in URI parts (RFC 3261, 19.1.2 and 19.1.4).
package enum Escaped {
  /// One spelling for every text that means the same: an escape of a character that is not reserved and may
  /// stand unescaped is decoded, any other escape is written in upper case. Decodes once: `%2541` is `%2541`, not `A`.
  package static func canonical(_ text: String, lowercased: Bool) -> String {
    guard text.utf8.contains(UInt8(ascii: "%")) else { return lowercased ? text.lowercased() : text }
    let bytes = Array(text.utf8)
    var out: [UInt8] = []
    var index = 0
    while index < bytes.count {
      guard bytes[index] == UInt8(ascii: "%"), index + 2 < bytes.count,
        let high = bytes[index + 1].hexDigitValue, let low = bytes[index + 2].hexDigitValue
      else {
        out.append(lowercased ? bytes[index].asciiLowercased : bytes[index])
        index += 1
        continue
      }
      let value = high << 4 | low
      if value.isUnreserved || value == UInt8(ascii: "[") || value == UInt8(ascii: "]") {
        out.append(lowercased ? value.asciiLowercased : value)
      } else {
        out += Array("%".utf8) + Array(hexadecimal(value).utf8)
      }
      index += 3
    }
    return String(decoding: out, as: UTF8.self)
  }

  package static func equal(_ lhs: String?, _ rhs: String?, caseSensitive: Bool) -> Bool {
    guard let lhs, let rhs else { return lhs == nil && rhs == nil }
    if lhs == rhs { return true }
    return canonical(lhs, lowercased: !caseSensitive) == canonical(rhs, lowercased: !caseSensitive)
  }

  /// Escapes each byte that the test refuses, `%` too: the text holds no escapes yet.
  package static func escape(_ text: String, allowed: (UInt8) -> Bool) -> String {
    var out = ""
    for byte in text.utf8 {
      if allowed(byte) {
        out.unicodeScalars.append(Unicode.Scalar(byte))
      } else {
        out += "%" + hexadecimal(byte)
      }
    }
    return out
  }

  /// The user part for a text as a person writes it: `j@s0n` becomes `j%40s0n` (RFC 3261, 19.1.2).
  package static func user(_ text: String) -> String {
    escape(text) { $0.isUnreserved || $0.isUserUnreserved }
  }

  private static func hexadecimal(_ byte: UInt8) -> String {
    let digits = Array("0123456789ABCDEF")
    return String([digits[Int(byte >> 4)], digits[Int(byte & 15)]])
  }
}
