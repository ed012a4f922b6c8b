/// Finds out from a whole head how long the body is; on a stream a wrong answer would shift all that follows.
///
/// Rows may be folded, and the name may be `l`. Two rows that say the same may pass; two that differ, a sign,
/// a list or anything else that is not one decimal number may not.
struct ContentLengthReader {
  private let limits: StreamLimits
  private(set) var length: Int?

  init(limits: StreamLimits) { self.limits = limits }

  mutating func read(_ head: UnsafeRawBufferPointer) throws(MessageError) {
    guard var lineStart = head.firstLineFeed(from: 0).map({ $0 + 1 }) else { return }
    while lineStart < head.count, let lineEnd = endOfRow(head, from: lineStart) {
      try readRow(head.slice(lineStart..<lineEnd))
      lineStart = lineEnd
    }
  }

  /// The offset after a row and the lines that it goes on in.
  private func endOfRow(_ head: UnsafeRawBufferPointer, from start: Int) -> Int? {
    var search = start
    while let feed = head.firstLineFeed(from: search) {
      guard feed + 1 < head.count, head[feed + 1].isBlank else { return feed + 1 }
      search = feed + 1
    }
    return nil
  }

  private mutating func readRow(_ row: UnsafeRawBufferPointer) throws(MessageError) {
    var colon = 0
    while colon < row.count, row[colon].isToken { colon += 1 }
    guard colon <= limits.name else { throw .limit(.name) }
    let name = row.slice(0..<colon)
    guard name.isEqual(ignoringCase: "l") || name.isEqual(ignoringCase: "Content-Length") else { return }
    colon = row.skippingBlanks(from: colon)
    // A row without a colon is no header; the parser says so.
    guard colon < row.count, row[colon] == UInt8(ascii: ":") else { return }
    try take(row.slice(from: colon + 1))
  }

  private mutating func take(_ value: UnsafeRawBufferPointer) throws(MessageError) {
    var start = 0
    var end = value.count
    while start < end, value[start].isSpace { start += 1 }
    while end > start, value[end - 1].isSpace { end -= 1 }
    let digits = value.slice(start..<end)
    guard !digits.isEmpty, digits.allSatisfy(\.isASCIIDigit) else { throw .contentLength }
    // A number too large to be held is too large to be allowed.
    guard let number = digits.decimal(Int.self), number <= limits.body else { throw .limit(.body) }
    guard length == nil || length == number else { throw .contentLength }
    length = number
  }
}

extension UInt8 {
  /// A blank, or part of the line end of a folded row.
  fileprivate var isSpace: Bool { isBlank || self == 0x0d || self == 0x0a }
}
