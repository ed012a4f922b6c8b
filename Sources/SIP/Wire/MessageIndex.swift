/// A reusable index over one message: where its start line, its header rows and its body are.
///
/// `parse` keeps the storage of the message before, so that indexing allocates nothing once it has grown to
/// the usual number of rows. What could be read stays readable when `parse` throws, so that a server can
/// answer a broken request.
package struct MessageIndex: Sendable {
  /// One header row. The value is trimmed and unfolded.
  package struct Field: Sendable {
    package var name: HeaderName
    package var nameRange: Range<UInt32>
    package var valueRange: Range<UInt32>
  }

  /// The first line; ranges are offsets into the head.
  package enum StartLine: Equatable, Sendable {
    case request(method: Range<Int>, uri: Range<Int>)
    case response(status: UInt16, reason: Range<Int>)
    case unreadable
  }

  package internal(set) var startLine = StartLine.unreadable
  package internal(set) var fields: [Field] = []
  /// The length of start line, headers and the empty line, in bytes of the message as it came.
  package internal(set) var headLength = 0
  /// What Content-Length says.
  package internal(set) var contentLength: Int?
  /// The body in the message as it came.
  package internal(set) var body = 0..<0
  /// The head that all ranges but `body` refer to, where it is not that of the message itself.
  var unfolded: UnfoldedHead?
  /// The first thing found wrong; parsing goes on behind it.
  var fault: MessageError?

  package init() {}

  package var isRequest: Bool {
    if case .request = startLine { return true }
    return false
  }

  /// 0 for a request.
  package var statusCode: UInt16 {
    if case .response(let status, _) = startLine { return status }
    return 0
  }

  /// Indexes a datagram.
  ///
  /// Without a Content-Length the body goes on to the end; octets after it are ignored; a body shorter than
  /// its Content-Length throws (RFC 3261, 18.3).
  package mutating func parse(_ bytes: UnsafeRawBufferPointer) throws(MessageError) {
    guard try parseHead(bytes, limit: MessageLimits.datagramHead) else { throw .unfinishedHead }
    let found = bytes.count - headLength
    let length = contentLength ?? found
    guard length <= found else { throw .truncatedBody(expected: length, found: found) }
    body = headLength..<headLength + length
  }

  /// Indexes start line and headers only, for a stream whose body may not have come yet.
  ///
  /// - Returns: false if more bytes are needed to see the end of the headers.
  package mutating func parseHead(
    _ bytes: UnsafeRawBufferPointer,
    limit: Int = MessageLimits.streamHead
  ) throws(MessageError) -> Bool {
    reset()
    var start = 0
    while start < bytes.count, bytes[start] == 0x0d || bytes[start] == 0x0a { start += 1 }
    var isFolded = false
    guard let end = endOfHead(bytes, from: start, isFolded: &isFolded) else {
      if bytes.count > limit { throw .limit(.head) }
      if let other = MessageError.ForeignProtocol(recognizing: bytes.slice(from: start)) {
        throw .notSIP(other)
      }
      return false
    }
    guard end <= limit else { throw .limit(.head) }
    headLength = end
    body = end..<end
    if isFolded {
      let head = UnfoldedHead(of: bytes.slice(0..<end))
      unfolded = head
      parseLines(head.bytes, from: start)
    } else {
      parseLines(bytes.slice(0..<end), from: start)
    }
    if case .unreadable = startLine,
      let other = MessageError.ForeignProtocol(recognizing: bytes.slice(from: start))
    {
      throw .notSIP(other)
    }
    if let fault { throw fault }
    return true
  }

  private mutating func reset() {
    startLine = .unreadable
    fields.removeAll(keepingCapacity: true)
    headLength = 0
    contentLength = nil
    body = 0..<0
    unfolded = nil
    fault = nil
  }

  /// The offset after the empty line.
  private func endOfHead(
    _ bytes: UnsafeRawBufferPointer,
    from start: Int,
    isFolded: inout Bool
  ) -> Int? {
    var index = start
    while let lineEnd = bytes.firstLineFeed(from: index) {
      let next = lineEnd + 1
      guard next < bytes.count else { return nil }
      switch bytes[next] {
      case 0x0a: return next + 1
      case 0x0d:
        if next + 1 < bytes.count, bytes[next + 1] == 0x0a { return next + 2 }
        if next + 1 >= bytes.count { return nil }
      case 0x20, 0x09: isFolded = true
      default: break
      }
      index = next
    }
    return nil
  }
}
