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
  /// The names that have a row, and those that have several: one bit each.
  var seen: UInt64 = 0
  var repeated: UInt64 = 0
  /// The first thing found wrong; parsing goes on behind it.
  var fault: MessageError?

  package init() {}

  func has(_ name: HeaderName) -> Bool { seen &>> UInt64(name.rawValue) & 1 == 1 }

  func hasSeveral(_ name: HeaderName) -> Bool { repeated &>> UInt64(name.rawValue) & 1 == 1 }

  package var isRequest: Bool {
    if case .request = startLine { return true }
    return false
  }

  /// 0 for a request.
  package var statusCode: UInt16 {
    if case .response(let status, _) = startLine { return status }
    return 0
  }

  /// Indexes a datagram, or one message that was cut out of a stream.
  ///
  /// Without a Content-Length the body goes on to the end; octets after it are ignored; a body shorter than
  /// its Content-Length throws (RFC 3261, 18.3).
  package mutating func parse(
    _ bytes: UnsafeRawBufferPointer,
    headLimit: Int = MessageLimits.datagramHead
  ) throws(MessageError) {
    guard try parseHead(bytes, limit: headLimit) else { throw .unfinishedHead }
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
    var end = try parseLines(bytes, from: start)
    if case .folded = end { end = try parseUnfolded(bytes, from: start) }
    guard case .complete(let length) = end else {
      if bytes.count > limit { throw .limit(.head) }
      if let other = MessageError.ForeignProtocol(recognizing: bytes.slice(from: start)) {
        throw .notSIP(other)
      }
      return false
    }
    guard length <= limit else { throw .limit(.head) }
    headLength = length
    body = length..<length
    if fault == .startLine,
      let other = MessageError.ForeignProtocol(recognizing: bytes.slice(from: start))
    {
      throw .notSIP(other)
    }
    if let fault { throw fault }
    return true
  }

  /// Copies the head without its folded lines, and indexes the copy.
  private mutating func parseUnfolded(
    _ bytes: UnsafeRawBufferPointer,
    from start: Int
  ) throws(MessageError) -> HeadEnd {
    guard let end = endOfHead(bytes, from: start) else { return .missing }
    reset()
    let head = UnfoldedHead(of: bytes.slice(0..<end))
    unfolded = head
    _ = try parseLines(head.bytes, from: start)
    return .complete(end)
  }

  private mutating func reset() {
    startLine = .unreadable
    seen = 0
    repeated = 0
    fields.removeAll(keepingCapacity: true)
    headLength = 0
    contentLength = nil
    body = 0..<0
    unfolded = nil
    fault = nil
  }

  /// The offset after the empty line.
  private func endOfHead(_ bytes: UnsafeRawBufferPointer, from start: Int) -> Int? {
    var index = start
    while let feed = bytes.firstLineFeed(from: index) {
      let next = feed + 1
      if next < bytes.count, bytes[next] == 0x0a { return next + 1 }
      if next + 1 < bytes.count, bytes[next] == 0x0d, bytes[next + 1] == 0x0a { return next + 2 }
      index = next
    }
    return nil
  }
}
