/// Characters that end a header, hide from a reader or break a line: none may reach the wire.
enum ControlCharacter {
  /// The name of the first one: C0, DEL, U+0085, U+2028 or U+2029; nil without any.
  ///
  /// - Parameter allowsLines: line feed and tab are let through.
  static func first(in bytes: UnsafeBufferPointer<UInt8>, allowsLines: Bool) -> String? {
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
}
