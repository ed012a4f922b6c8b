/// Characters that end a header, hide from a reader or break a line: none may reach the wire.
enum ControlCharacter {
  /// The name of the first one: C0, DEL, U+0085, U+2028 or U+2029; nil without any.
  ///
  /// - Parameter allowsLines: line feed and tab are let through.
  static func first(in bytes: UnsafeBufferPointer<UInt8>, allowsLines: Bool) -> String? {
    if isHarmless(bytes) { return nil }
    for (offset, byte) in bytes.enumerated() where byte < 0x20 || byte == 0x7f || byte == 0xc2 || byte == 0xe2
    {
      switch byte {
      case 0x00: return "NUL"
      case 0x0a: if !allowsLines { return "a line feed" }
      case 0x0d: return "a carriage return"
      case 0x09: if !allowsLines { return "a tab" }
      case 0xc2: if offset + 1 < bytes.count, bytes[offset + 1] == 0x85 { return "U+0085" }
      case 0xe2:
        if offset + 2 < bytes.count, bytes[offset + 1] == 0x80, bytes[offset + 2] & 0xfe == 0xa8 {
          return bytes[offset + 2] == 0xa8 ? "U+2028" : "U+2029"
        }
      default:
        return "the control character U+00" + (byte < 0x10 ? "0" : "") + String(byte, radix: 16).uppercased()
      }
    }
    return nil
  }

  /// True if every byte is printable ASCII, told eight bytes at a time: the common case.
  private static func isHarmless(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    let raw = UnsafeRawBufferPointer(bytes)
    let high: UInt64 = 0x8080_8080_8080_8080
    var found: UInt64 = 0
    var offset = 0
    while offset + 8 <= raw.count {
      let word = raw.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
      // The high bit of a byte is set for 0x80 and above, for less than 0x20, and for 0x7f.
      found |= word | (word &- 0x2020_2020_2020_2020) | (word &+ 0x0101_0101_0101_0101)
      offset += 8
    }
    while offset < raw.count {
      let byte = raw[offset]
      if byte < 0x20 || byte >= 0x7f { return false }
      offset += 1
    }
    return found & high == 0
  }
}
