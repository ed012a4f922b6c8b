/// A table of comma-separated values with a header row (RFC 4180): the names of columns, and rows of as many cells.
struct CSVTable {
  let columns: [String]
  /// The cells of all rows, one row after the other.
  private let cells: [String]
  /// Where each row begins, from 1.
  let lines: [Int]

  var count: Int { lines.count }

  func cell(_ row: Int, _ column: Int) -> String { cells[row * columns.count + column] }

  /// Lines without anything are passed over; a byte order mark and CRLF are welcome.
  init(_ bytes: [UInt8]) throws(CSVFailure) {
    var reader = CSVReader(bytes)
    guard let header = try reader.row() else {
      throw CSVFailure(line: 1, message: "the table is empty; its first row names the columns")
    }
    columns = header.cells
    for (position, name) in columns.enumerated() {
      guard !name.isEmpty, name.utf8.allSatisfy(Placeholder.isNameByte) else {
        throw CSVFailure(line: header.line, message: "`\(name)` names no column: letters, digits, _ and - do")
      }
      if columns[..<position].contains(name) {
        throw CSVFailure(line: header.line, message: "two columns are called `\(name)`")
      }
    }
    var cells: [String] = []
    var lines: [Int] = []
    while let row = try reader.row() {
      guard row.cells.count == columns.count else {
        let words = row.cells.count == 1 ? "1 cell" : "\(row.cells.count) cells"
        throw CSVFailure(line: row.line, message: "the row has \(words), and the header \(columns.count)")
      }
      cells += row.cells
      lines.append(row.line)
    }
    self.cells = cells
    self.lines = lines
  }
}
