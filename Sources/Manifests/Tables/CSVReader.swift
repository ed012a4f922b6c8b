/// What is wrong in a table, and in which line, from 1.
package struct CSVFailure: Error, Hashable {
  package var line: Int
  package var message: String
}

/// Reads comma-separated values row after row (RFC 4180). Lines without anything are passed over; a byte order mark
/// and CRLF are welcome.
package struct CSVReader {
  private let bytes: [UInt8]
  private var index: Int
  private var line = 1

  private static let quote = UInt8(ascii: "\"")
  private static let comma = UInt8(ascii: ",")

  package init(_ bytes: [UInt8]) {
    self.bytes = bytes
    index = bytes.starts(with: [0xef, 0xbb, 0xbf]) ? 3 : 0
  }

  /// The next row's cells and the line in which it begins; nil at the end.
  package mutating func row() throws(CSVFailure) -> (cells: [String], line: Int)? {
    while index < bytes.count, endLine() {}
    guard index < bytes.count else { return nil }
    let start = line
    var cells: [String] = []
    while true {
      cells.append(try cell())
      guard index < bytes.count, bytes[index] == CSVReader.comma else { break }
      index += 1
    }
    if index < bytes.count, !endLine() {
      throw CSVFailure(line: line, message: "a cell goes on behind its closing quote")
    }
    return (cells, start)
  }

  /// True if a line ended here.
  private mutating func endLine() -> Bool {
    if bytes[index] == 0x0d, index + 1 < bytes.count, bytes[index + 1] == 0x0a { index += 1 }
    guard bytes[index] == 0x0a else { return false }
    index += 1
    line += 1
    return true
  }

  private mutating func cell() throws(CSVFailure) -> String {
    if index < bytes.count, bytes[index] == CSVReader.quote { return try quoted() }
    let start = index
    while index < bytes.count, bytes[index] != CSVReader.comma, bytes[index] != 0x0a, !isLineEnd {
      index += 1
    }
    return String(decoding: bytes[start..<index], as: UTF8.self)
  }

  private var isLineEnd: Bool {
    bytes[index] == 0x0d && index + 1 < bytes.count && bytes[index + 1] == 0x0a
  }

  private mutating func quoted() throws(CSVFailure) -> String {
    let start = line
    var text: [UInt8] = []
    index += 1
    while index < bytes.count {
      let byte = bytes[index]
      index += 1
      if byte == CSVReader.quote {
        guard index < bytes.count, bytes[index] == CSVReader.quote else {
          return String(decoding: text, as: UTF8.self)
        }
        index += 1
      }
      if byte == 0x0a { line += 1 }
      text.append(byte)
    }
    throw CSVFailure(line: start, message: "a quote is opened and never closed")
  }
}
