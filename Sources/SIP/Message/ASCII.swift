/// The character classes of RFC 3261, 25.1 that the parsers ask for, one byte at a time.
extension UInt8 {
  package var isASCIIDigit: Bool { self &- 0x30 < 10 }
  package var isASCIILetter: Bool { (self | 0x20) &- 0x61 < 26 }
  package var isASCIIAlphanumeric: Bool { isASCIIDigit || isASCIILetter }
  package var isASCIIHexDigit: Bool { isASCIIDigit || (self | 0x20) &- 0x61 < 6 }

  /// The value of a hexadecimal digit, or nil.
  package var hexDigitValue: UInt8? {
    if isASCIIDigit { return self &- 0x30 }
    let letter = (self | 0x20) &- 0x61
    return letter < 6 ? letter &+ 10 : nil
  }

  /// The byte in lower case, if it is an ASCII letter.
  package var asciiLowercased: UInt8 { self &- 0x41 < 26 ? self | 0x20 : self }

  /// SP and HT.
  package var isBlank: Bool { self == 0x20 || self == 0x09 }

  /// `token`: alphanumerics and `- . ! % * _ + ` ' ~`. One bit for each byte, as this is asked most.
  package var isToken: Bool {
    let low: UInt64 = 1 << 33 | 1 << 37 | 1 << 39 | 3 << 42 | 3 << 45 | 0x3ff << 48
    let high: UInt64 = 0x3ff_ffff << 1 | 3 << 31 | 0x3ff_ffff << 33 | 1 << 62
    return (self < 64 ? low : self < 128 ? high : 0) &>> UInt64(self) & 1 == 1
  }

  /// What a host name in a Via or a URI may hold: alphanumerics, `-`, `.` and the `_` of deployed names.
  var isHostByte: Bool { isASCIIAlphanumeric || self == 0x2d || self == 0x2e || self == 0x5f }

  /// `unreserved`: alphanumerics and `mark`.
  package var isUnreserved: Bool {
    if isASCIIAlphanumeric { return true }
    switch self {
    case UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."), UInt8(ascii: "!"), UInt8(ascii: "~"),
      UInt8(ascii: "*"), UInt8(ascii: "'"), UInt8(ascii: "("), UInt8(ascii: ")"):
      return true
    default: return false
    }
  }

  /// `user-unreserved`: what a user part may hold unescaped besides `unreserved`.
  package var isUserUnreserved: Bool {
    switch self {
    case UInt8(ascii: "&"), UInt8(ascii: "="), UInt8(ascii: "+"), UInt8(ascii: "$"), UInt8(ascii: ","),
      UInt8(ascii: ";"), UInt8(ascii: "?"), UInt8(ascii: "/"):
      return true
    default: return false
    }
  }

  /// What a password may hold unescaped besides `unreserved`.
  package var isPasswordUnreserved: Bool {
    switch self {
    case UInt8(ascii: "&"), UInt8(ascii: "="), UInt8(ascii: "+"), UInt8(ascii: "$"), UInt8(ascii: ","):
      return true
    default: return false
    }
  }

  /// `param-unreserved`: what a URI parameter may hold unescaped besides `unreserved`.
  package var isParameterUnreserved: Bool {
    switch self {
    case UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: "/"), UInt8(ascii: ":"), UInt8(ascii: "&"),
      UInt8(ascii: "+"), UInt8(ascii: "$"):
      return true
    default: return false
    }
  }

  /// `hnv-unreserved`: what a URI header may hold unescaped besides `unreserved`.
  package var isHeaderUnreserved: Bool {
    switch self {
    case UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: "/"), UInt8(ascii: "?"), UInt8(ascii: ":"),
      UInt8(ascii: "+"), UInt8(ascii: "$"):
      return true
    default: return false
    }
  }

  /// `reserved` of RFC 3261, 25.1: escaped and unescaped forms of these differ (19.1.4).
  package var isReserved: Bool {
    switch self {
    case UInt8(ascii: ";"), UInt8(ascii: "/"), UInt8(ascii: "?"), UInt8(ascii: ":"), UInt8(ascii: "@"),
      UInt8(ascii: "&"), UInt8(ascii: "="), UInt8(ascii: "+"), UInt8(ascii: "$"), UInt8(ascii: ","):
      return true
    default: return false
    }
  }
}
