/// Keeps device tokens out of what is shown: whoever has one can wake the device (RFC 8599, 13 and 14).
package enum PushToken {
  private static let names = ["pn-prid", "pn-param"].map { Array($0.utf8) }
  private static let substitute = "=(removed)"

  /// The text with the value of each `pn-prid` and `pn-param` as `(removed)`, wherever a URI stands in it.
  package static func removed(from text: String) -> String {
    guard text.utf8.contains(UInt8(ascii: ";")) else { return text }
    let bytes = Array(text.utf8)
    var kept: [UInt8] = []
    var position = 0
    var isChanged = false
    while position < bytes.count {
      kept.append(bytes[position])
      position += 1
      guard bytes[position - 1] == UInt8(ascii: ";"), let value = value(in: bytes, from: position) else {
        continue
      }
      kept += bytes[position..<value.name]
      kept += substitute.utf8
      position = value.end
      isChanged = true
    }
    return isChanged ? String(decoding: kept, as: UTF8.self) : text
  }

  /// Where the name of such a parameter ends, and where its value does; nil if another one begins here.
  private static func value(in bytes: [UInt8], from start: Int) -> (name: Int, end: Int)? {
    let first = skipBlanks(bytes, start)
    let rest = bytes[first...]
    guard let name = names.first(where: { rest.count > $0.count && isSame(rest.prefix($0.count), $0) }) else {
      return nil
    }
    let end = first + name.count
    let equals = skipBlanks(bytes, end)
    guard equals < bytes.count, bytes[equals] == UInt8(ascii: "=") else { return nil }
    var position = skipBlanks(bytes, equals + 1)
    if position < bytes.count, bytes[position] == UInt8(ascii: "\"") {
      position = bytes[(position + 1)...].firstIndex(of: UInt8(ascii: "\"")).map { $0 + 1 } ?? bytes.count
    }
    while position < bytes.count, !">;?, \t\r\n".utf8.contains(bytes[position]) { position += 1 }
    return (end, position)
  }

  private static func isSame(_ bytes: ArraySlice<UInt8>, _ name: [UInt8]) -> Bool {
    bytes.elementsEqual(name) { $0.asciiLowercased == $1 }
  }

  private static func skipBlanks(_ bytes: [UInt8], _ start: Int) -> Int {
    var position = start
    while position < bytes.count, bytes[position] == 0x20 || bytes[position] == 0x09 { position += 1 }
    return position
  }
}
