/// A display name as it stands before `<` (RFC 3261, 25.1).
enum DisplayName {
  /// The name as a person reads it, empty for none; nil if its quotes are wrong.
  static func read(_ bytes: Slice<UnsafeBufferPointer<UInt8>>) -> String? {
    var name = bytes
    while let first = name.first, isBlank(first) { name.removeFirst() }
    while let last = name.last, isBlank(last) { name.removeLast() }
    guard name.first == UInt8(ascii: "\"") else {
      let isPlain = !name.contains { $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "<") }
      return isPlain ? String(decoding: name, as: UTF8.self) : nil
    }
    guard name.count >= 2, name.last == UInt8(ascii: "\"") else { return nil }
    name.removeFirst()
    name.removeLast()
    return unquoted(name)
  }

  private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }

  /// The text inside of quotes; nil with another quote in it, or with a backslash at its end.
  private static func unquoted(_ bytes: Slice<UnsafeBufferPointer<UInt8>>) -> String? {
    guard bytes.contains(where: { $0 == UInt8(ascii: "\\") || $0 == UInt8(ascii: "\"") }) else {
      return String(decoding: bytes, as: UTF8.self)
    }
    var out: [UInt8] = []
    var rest = bytes
    while let byte = rest.popFirst() {
      switch byte {
      case UInt8(ascii: "\\"):
        guard let escaped = rest.popFirst() else { return nil }
        out.append(escaped)
      case UInt8(ascii: "\""): return nil
      default: out.append(byte)
      }
    }
    return String(decoding: out, as: UTF8.self)
  }
}
