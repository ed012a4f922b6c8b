/// A table of comma-separated values with a header row (RFC 4180): the names of columns, and rows of as many cells.
struct CSVTable {
  struct Failure: Error, Hashable {
    /// From 1.
    var line: Int
    var message: String
  }

  let columns: [String]
  /// The cells of all rows, one row after the other.
  private let cells: [String]
  /// Where each row begins, from 1.
  let lines: [Int]

  var count: Int { lines.count }

  func cell(_ row: Int, _ column: Int) -> String { cells[row * columns.count + column] }

  /// Lines without anything are passed over; a byte order mark and CRLF are welcome.
  init(_ bytes: [UInt8]) throws(Failure) {
    var reader = CSVReader(bytes)
    guard let header = try reader.row() else {
      throw Failure(line: 1, message: "the table is empty; its first row names the columns")
    }
    columns = header.cells
    for (position, name) in columns.enumerated() {
      guard !name.isEmpty, name.utf8.allSatisfy(Placeholder.isNameByte) else {
        throw Failure(line: header.line, message: "`\(name)` names no column: letters, digits, _ and - do")
      }
      if columns[..<position].contains(name) {
        throw Failure(line: header.line, message: "two columns are called `\(name)`")
      }
    }
    var cells: [String] = []
    var lines: [Int] = []
    while let row = try reader.row() {
      guard row.cells.count == columns.count else {
        let words = row.cells.count == 1 ? "1 cell" : "\(row.cells.count) cells"
        throw Failure(line: row.line, message: "the row has \(words), and the header \(columns.count)")
      }
      cells += row.cells
      lines.append(row.line)
    }
    self.cells = cells
    self.lines = lines
  }
}

/// Reads row after row.
private struct CSVReader {
  private let bytes: [UInt8]
  private var index: Int
  private var line = 1

  private static let quote = UInt8(ascii: "\"")
  private static let comma = UInt8(ascii: ",")

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
    index = bytes.starts(with: [0xef, 0xbb, 0xbf]) ? 3 : 0
  }

  /// Nil at the end.
  mutating func row() throws(CSVTable.Failure) -> (cells: [String], line: Int)? {
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
      throw CSVTable.Failure(line: line, message: "a cell goes on behind its closing quote")
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

  private mutating func cell() throws(CSVTable.Failure) -> String {
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

  private mutating func quoted() throws(CSVTable.Failure) -> String {
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
    throw CSVTable.Failure(line: start, message: "a quote is opened and never closed")
  }
}
