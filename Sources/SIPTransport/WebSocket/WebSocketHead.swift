/// The head of an HTTP/1.1 message: as much of HTTP as opening a WebSocket needs (RFC 6455, 4).
struct WebSocketHead: Hashable, Sendable {
  /// A head without an end within this many bytes is none.
  static let limit = 16_384

  /// The request line or status line.
  let startLine: String
  /// Names in lower case, in the order of the rows.
  private let rows: [(name: String, value: String)]

  enum Failure: Error, Hashable { case malformed, tooLong }

  /// Reads a head up to its empty line.
  ///
  /// - Parameter looked: how many of the bytes an earlier call has looked at in vain.
  /// - Returns: nil if more bytes are needed; else the head and its length in bytes.
  static func read(
    _ bytes: [UInt8],
    looked: Int = 0
  ) throws(Failure) -> (head: WebSocketHead, length: Int)? {
    guard let end = endOfHead(bytes, from: max(4, looked)) else {
      if bytes.count >= limit { throw .tooLong }
      return nil
    }
    guard end <= limit else { throw .tooLong }
    return (try WebSocketHead(lines: bytes[..<(end - 4)]), end)
  }

  private static func endOfHead(_ bytes: [UInt8], from first: Int) -> Int? {
    guard bytes.count >= first else { return nil }
    for end in first...bytes.count where bytes[(end - 4)..<end].elementsEqual([13, 10, 13, 10]) {
      return end
    }
    return nil
  }

  private init(lines: ArraySlice<UInt8>) throws(Failure) {
    let lines = String(decoding: lines, as: UTF8.self).split(
      separator: "\r\n",
      omittingEmptySubsequences: false
    )
    startLine = String(lines[0])
    var rows: [(name: String, value: String)] = []
    for line in lines.dropFirst() {
      guard let colon = line.firstIndex(of: ":"), colon != line.startIndex,
        line[..<colon].utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f })
      else { throw .malformed }
      let value = line[line.index(after: colon)...].trimmed
      rows.append((line[..<colon].lowercased(), String(value)))
    }
    self.rows = rows
  }

  /// The value of a row that is there once.
  func value(_ name: String) -> String? {
    let found = rows.filter { $0.name == name }
    return found.count == 1 ? found[0].value : nil
  }

  /// The elements of all rows of a name, as lists with commas.
  func elements(_ name: String) -> [String] {
    rows.filter { $0.name == name }.flatMap { $0.value.split(separator: ",").map { String($0.trimmed) } }
  }

  func has(_ name: String, _ element: String) -> Bool {
    elements(name).contains { $0.lowercased() == element }
  }

  static func == (lhs: WebSocketHead, rhs: WebSocketHead) -> Bool {
    lhs.startLine == rhs.startLine && lhs.rows.elementsEqual(rhs.rows, by: ==)
  }

  func hash(into hasher: inout Hasher) { hasher.combine(startLine) }
}

extension Substring {
  fileprivate var trimmed: Substring {
    var text = self
    while let first = text.first, first == " " || first == "\t" { text.removeFirst() }
    while let last = text.last, last == " " || last == "\t" { text.removeLast() }
    return text
  }
}
