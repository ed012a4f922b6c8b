/// The rows of one `forEach`: each gives an account.
enum ForEachRows {
  /// Whole numbers under the name `n`, with at least so many digits.
  case range(ClosedRange<Int>, digits: Int)
  /// A table, and the path of its file as messages show it.
  case table(CSVTable, path: String)

  /// The most rows of one `forEach`.
  static let most = 1_000_000

  var columns: [String] {
    switch self {
    case .range: ["n"]
    case .table(let table, _): table.columns
    }
  }

  var count: Int {
    switch self {
    case .range(let range, _): range.count
    case .table(let table, _): table.count
    }
  }

  func value(_ row: Int, _ column: Int) -> String {
    switch self {
    case .range(let range, let digits):
      let text = String(range.lowerBound + row)
      return String(repeating: "0", count: max(0, digits - text.count)) + text
    case .table(let table, _): return table.cell(row, column)
    }
  }

  /// Which row it is, for messages: `n = 1005`, `users.csv:17`.
  func origin(_ row: Int) -> String {
    switch self {
    case .range: "n = \(value(row, 0))"
    case .table(let table, let path): "\(path):\(table.lines[row])"
    }
  }

  /// Reads `1000..1999`; `0001..0100` keeps its zeros. Nil for anything else.
  static func range(_ text: String) -> ForEachRows? {
    guard let dots = text.firstRange(of: "..") else { return nil }
    let (first, last) = (text[..<dots.lowerBound], text[dots.upperBound...])
    guard isNumber(first), isNumber(last), let low = Int(first), let high = Int(last), low <= high else {
      return nil
    }
    return .range(low...high, digits: first.count)
  }

  private static func isNumber(_ text: Substring) -> Bool {
    (1...15).contains(text.count)
      && text.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
  }
}
