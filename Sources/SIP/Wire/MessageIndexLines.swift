/// The lines of a head, one by one.
extension MessageIndex {
  /// Where a head ends.
  enum HeadEnd {
    /// After the empty line, at this offset.
    case complete(Int)
    /// The bytes end before the head does.
    case missing
    /// A line is folded: nothing that was indexed counts.
    case folded
  }

  /// Indexes line after line up to the empty one, and stops at a folded line.
  mutating func parseLines(_ head: UnsafeRawBufferPointer, from start: Int) throws(MessageError) -> HeadEnd {
    var lineStart = start
    var search = start
    while let end = head.firstLineEnd(from: search) {
      var next = end + 1
      if head[end] == 0x0d {
        guard next < head.count else { return .missing }
        guard head[next] == 0x0a else {
          note(.headerLine(offset: lineStart))
          search = next
          continue
        }
        next += 1
      }
      if end == lineStart { return .complete(next) }
      guard next < head.count else { return .missing }
      if head[next].isBlank { return .folded }
      if lineStart == start {
        parseStartLine(head, lineStart..<end)
      } else if fields.count < MessageLimits.rows {
        parseField(head, lineStart..<end)
      } else {
        throw .limit(.rows)
      }
      lineStart = next
      search = next
    }
    return .missing
  }

  mutating func note(_ error: MessageError) {
    if fault == nil { fault = error }
  }

  private mutating func parseField(_ head: UnsafeRawBufferPointer, _ line: Range<Int>) {
    var colon = line.lowerBound
    while colon < line.upperBound, head[colon].isToken { colon += 1 }
    let name = line.lowerBound..<colon
    while colon < line.upperBound, head[colon].isBlank { colon += 1 }
    guard !name.isEmpty, colon < line.upperBound, head[colon] == UInt8(ascii: ":") else {
      return note(.headerLine(offset: line.lowerBound))
    }
    guard name.count <= MessageLimits.name else { return note(.limit(.name)) }
    var start = colon + 1
    var end = line.upperBound
    while start < end, head[start].isBlank { start += 1 }
    while end > start, head[end - 1].isBlank { end -= 1 }
    guard end - start <= MessageLimits.value else { return note(.limit(.value)) }
    let header = HeaderName(head.slice(name))
    let bit: UInt64 = 1 &<< UInt64(header.rawValue)
    repeated |= seen & bit
    seen |= bit
    fields.append(
      Field(
        name: header,
        nameRange: UInt32(name.lowerBound)..<UInt32(name.upperBound),
        valueRange: UInt32(start)..<UInt32(end)
      )
    )
    if header == .contentLength { readContentLength(head.slice(start..<end)) }
  }

  /// Two rows that say the same may pass; nobody can say which of two that differ is right.
  private mutating func readContentLength(_ value: UnsafeRawBufferPointer) {
    guard let length = value.decimal(Int.self), contentLength == nil || contentLength == length else {
      return note(.contentLength)
    }
    guard length <= MessageLimits.body else { return note(.limit(.body)) }
    contentLength = length
  }

  // MARK: - The start line

  private mutating func parseStartLine(_ head: UnsafeRawBufferPointer, _ line: Range<Int>) {
    guard line.count <= MessageLimits.startLine else { return note(.limit(.startLine)) }
    let start = line.lowerBound
    if line.count >= 4, head.slice(start..<start + 4).isEqual(ignoringCase: "SIP/") {
      parseStatusLine(head, line)
    } else {
      parseRequestLine(head, line)
    }
  }

  /// `SIP/2.0 SP code SP reason`; the space before an empty reason may be missing, no other may be added.
  private mutating func parseStatusLine(_ head: UnsafeRawBufferPointer, _ line: Range<Int>) {
    let code = line.lowerBound + 8
    let version = line.lowerBound..<min(code - 1, line.upperBound)
    guard head.slice(version).isEqual(ignoringCase: "SIP/2.0") else { return note(.version) }
    guard line.upperBound >= code + 3, head[code - 1] == 0x20,
      let status = head.slice(code..<code + 3).decimal(UInt16.self), 100...699 ~= status
    else { return note(.statusCode) }
    guard line.upperBound > code + 3 else {
      startLine = .response(status: status, reason: line.upperBound..<line.upperBound)
      return
    }
    guard head[code + 3] == 0x20 else { return note(.statusCode) }
    startLine = .response(status: status, reason: code + 4..<line.upperBound)
  }

  private mutating func parseRequestLine(_ head: UnsafeRawBufferPointer, _ line: Range<Int>) {
    var index = line.lowerBound
    while index < line.upperBound, head[index].isToken { index += 1 }
    let method = line.lowerBound..<index
    guard !method.isEmpty, index < line.upperBound, head[index] == 0x20 else { return note(.startLine) }
    // Until the whole line has proved right, all behind the method counts as the URI, so that a line with a
    // trailing space, a second space, or a space within the URI still shows what is to be answered.
    startLine = .request(method: method, uri: index + 1..<line.upperBound)
    var versionStart = line.upperBound
    while versionStart > index, head[versionStart - 1] != 0x20 { versionStart -= 1 }
    let version = head.slice(versionStart..<line.upperBound)
    guard versionStart - 1 > index + 1, version.count >= 4,
      version.slice(0..<4).isEqual(ignoringCase: "SIP/")
    else { return note(.startLine) }
    let uri = index + 1..<versionStart - 1
    startLine = .request(method: method, uri: uri)
    if !version.isEqual(ignoringCase: "SIP/2.0") { note(.version) }
    for position in uri where head[position] <= 0x20 || head[position] == 0x7f { return note(.startLine) }
  }
}

extension UnsafeRawBufferPointer {
  func firstLineFeed(from start: Int) -> Int? {
    var index = start
    while index < count {
      if self[index] == 0x0a { return index }
      index += 1
    }
    return nil
  }
}
