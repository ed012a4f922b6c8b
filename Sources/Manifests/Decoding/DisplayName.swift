/// A display name as it stands before `<` (RFC 3261, 25.1).
enum DisplayName {
  /// The name as a person reads it, empty for none; nil if its quotes are wrong.
  static func read(_ bytes: ArraySlice<UInt8>) -> String? {
    let isBlank: (UInt8) -> Bool = { $0 == 0x20 || $0 == 0x09 }
    var name = bytes.drop(while: isBlank)
    while let last = name.last, isBlank(last) { name.removeLast() }
    guard name.first == UInt8(ascii: "\"") else {
      let isPlain = !name.contains { $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "<") }
      return isPlain ? String(decoding: name, as: UTF8.self) : nil
    }
    guard name.count >= 2, name.last == UInt8(ascii: "\"") else { return nil }
    var out: [UInt8] = []
    var rest = name.dropFirst().dropLast()
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
