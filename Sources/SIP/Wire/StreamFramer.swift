/// Cuts a stream of bytes into messages and keep-alives (RFC 3261, 7.5 and 18.3; RFC 5626, 4.4.1).
///
///     between ── any byte but CR and LF ──▶ head ── empty line ──▶ body ── Content-Length bytes ──▶ between
///        │                                   │                                                        │
///        └── CRLF: pong, CRLFCRLF: ping      └── a limit, a bad Content-Length, no SIP ──▶ failed ◀────┘
///
/// What comes out depends on the bytes alone, never on how they were split, and each byte is looked at a fixed
/// number of times, so that a peer that sends one byte at a time costs no more than another. Memory is bounded
/// by one message at its limits and what was received last. No length that a peer claims is reserved.
///
/// A message is cut here and not read: a head that breaks the grammar comes out whole, for the parser to judge.
package struct StreamFramer: Sendable {
  package enum Action: Equatable, Sendable {
    /// A whole message, as offsets for `withBytes`; valid until the next `receive`.
    ///
    /// Without a Content-Length it ends with its head, and whoever reads it should warn of that.
    case message(Range<Int>, hasLength: Bool)
    /// The first CRLF of a row of them: a pong, or the first half of a ping. Either shows that the peer lives.
    case pong
    /// The second CRLF: a ping, to be answered with one CRLF.
    case ping
    /// The stream cannot be cut any further, and is to be closed. Comes once; after it nothing comes.
    case fail(MessageError)
  }

  private enum State: Equatable, Sendable {
    /// Before a start line. `isPing` is true where the next CRLF is the second of a ping.
    case between(isPing: Bool)
    /// Within start line and headers, with the line that has no end yet, and how many were before it.
    case head(lineStart: Int, lines: Int)
    /// The head has ended at an offset.
    case body(headEnd: Int, length: Int?)
    case failed
  }

  private var buffer: [UInt8] = []
  /// Where the first message begins that was not given out.
  private var start = 0
  /// All before it has been looked at.
  private var scanned = 0
  private var state = State.between(isPing: false)
  private let limits: StreamLimits
  /// Whole messages given out so far.
  package private(set) var messageCount = 0

  package init(limits: StreamLimits = StreamLimits()) { self.limits = limits }

  /// True while something has begun and has not ended.
  package var isInMessage: Bool {
    switch state {
    case .failed: false
    case .between: start < buffer.count
    case .head, .body: true
    }
  }

  package var hasFailed: Bool { state == .failed }

  /// Takes what came. Actions given out before lose their bytes.
  package mutating func receive(_ bytes: UnsafeRawBufferPointer) {
    guard state != .failed else { return }
    dropUsed()
    buffer.append(contentsOf: bytes)
  }

  /// The bytes of a message.
  package func withBytes<Result>(
    _ range: Range<Int>,
    _ body: (UnsafeRawBufferPointer) throws -> Result
  ) rethrows -> Result {
    try buffer.withUnsafeBytes { try body($0.slice(range)) }
  }

  /// What comes next in the stream; nil if that needs more bytes.
  package mutating func next() -> Action? {
    do throws(MessageError) {
      while true {
        switch state {
        case .failed: return nil
        case .between(let isPing):
          guard let found = try scanBetween(isPing: isPing) else { return nil }
          if let found = found.action { return found }
        case .head(let lineStart, let lines):
          guard try scanHead(lineStart: lineStart, lines: lines) else { return nil }
        case .body(let headEnd, let length):
          guard buffer.count - headEnd >= length ?? 0 else { return nil }
          return finish(end: headEnd + (length ?? 0), hasLength: length != nil)
        }
      }
    } catch {
      state = .failed
      buffer = []
      return .fail(error)
    }
  }

  private mutating func finish(end: Int, hasLength: Bool) -> Action {
    let message = start..<end
    start = end
    scanned = end
    state = .between(isPing: false)
    messageCount += 1
    return .message(message, hasLength: hasLength)
  }

  /// Forgets the messages that were given out. What is moved is less than what was given out, so that moving
  /// costs no more than receiving did.
  private mutating func dropUsed() {
    guard start > 0 else { return }
    if start == buffer.count {
      if buffer.capacity > StreamFramer.keptCapacity {
        buffer = []
      } else {
        buffer.removeAll(keepingCapacity: true)
      }
    } else if start >= buffer.count - start {
      buffer.removeFirst(start)
    } else {
      return
    }
    shift(by: start)
  }

  private mutating func shift(by distance: Int) {
    switch state {
    case .between, .failed: break
    case .head(let lineStart, let lines): state = .head(lineStart: lineStart - distance, lines: lines)
    case .body(let headEnd, let length): state = .body(headEnd: headEnd - distance, length: length)
    }
    scanned -= distance
    start -= distance
  }

  /// A buffer that one large message has made larger than this is given back.
  private static let keptCapacity = 65_536
}

// MARK: - Between messages

extension StreamFramer {
  /// Something between messages that was read; no action for a stray CR or LF, or where a message begins.
  private struct Found { var action: Action? }

  private mutating func scanBetween(isPing: Bool) throws(MessageError) -> Found? {
    guard scanned < buffer.count else { return nil }
    switch buffer[scanned] {
    case 0x0d:
      guard scanned + 1 < buffer.count else { return nil }
      guard buffer[scanned + 1] == 0x0a else { return skip(1) }
      _ = skip(2)
      state = .between(isPing: !isPing)
      return Found(action: isPing ? .ping : .pong)
    case 0x0a:
      return skip(1)
    default:
      guard try isRecognized() else { return nil }
      state = .head(lineStart: start, lines: 0)
      return Found()
    }
  }

  private mutating func skip(_ count: Int) -> Found {
    scanned += count
    start = scanned
    return Found()
  }

  /// Whether enough bytes are there to see that they may be SIP; a protocol that is not is an error.
  private func isRecognized() throws(MessageError) -> Bool {
    let foreign = buffer.withUnsafeBytes { bytes -> (MessageError.ForeignProtocol?, Bool) in
      let rest = bytes.slice(start..<min(bytes.count, start + StreamFramer.recognized))
      guard !rest[0].isToken else { return (nil, true) }
      let found = MessageError.ForeignProtocol(recognizing: rest)
      return found == .unknown && rest.count < StreamFramer.recognized ? (nil, false) : (found, found == nil)
    }
    if let protocolName = foreign.0 { throw .notSIP(protocolName) }
    return foreign.1
  }

  /// Bytes that tell a TLS record or a STUN packet from noise.
  private static let recognized = 8
}

// MARK: - Heads

extension StreamFramer {
  /// Goes on to the end of the head; false if that has not come.
  private mutating func scanHead(lineStart: Int, lines: Int) throws(MessageError) -> Bool {
    var lineStart = lineStart
    var lines = lines
    let from = scanned
    let end = buffer.withUnsafeBytes { bytes -> Result<Int?, MessageError> in
      var index = from
      while let feed = bytes.firstLineFeed(from: index) {
        let isEmpty = feed == lineStart || feed == lineStart + 1 && bytes[lineStart] == 0x0d
        if isEmpty { return .success(feed + 1) }
        if let fault = check(bytes, line: lineStart..<feed + 1, number: lines) { return .failure(fault) }
        lines += 1
        index = feed + 1
        lineStart = index
      }
      return .success(nil)
    }
    guard let headEnd = try end.get() else {
      scanned = buffer.count
      state = .head(lineStart: lineStart, lines: lines)
      if let fault = checkOpenLine(from: lineStart, number: lines) { throw fault }
      return false
    }
    guard headEnd - start <= limits.head else { throw .limit(.head) }
    scanned = headEnd
    state = .body(headEnd: headEnd, length: try contentLength(headEnd: headEnd))
    return true
  }

  /// What is wrong with a line that has come whole.
  private func check(_ bytes: UnsafeRawBufferPointer, line: Range<Int>, number: Int) -> MessageError? {
    if line.upperBound - start > limits.head { return .limit(.head) }
    if number == 0 {
      if let other = MessageError.ForeignProtocol(recognizing: bytes.slice(line)) { return .notSIP(other) }
      return line.count > limits.startLine + 2 ? .limit(.startLine) : nil
    }
    if number > limits.rows { return .limit(.rows) }
    return line.count > limits.name + limits.value + 4 ? .limit(.value) : nil
  }

  /// What is wrong with a line whose end has not come.
  private func checkOpenLine(from lineStart: Int, number: Int) -> MessageError? {
    let length = buffer.count - lineStart
    if number == 0, length > limits.startLine + 2 { return .limit(.startLine) }
    if number > 0, length > limits.name + limits.value + 4 { return .limit(.value) }
    return buffer.count - start > limits.head ? .limit(.head) : nil
  }

  /// Reads the Content-Length rows of a whole head; nil if there is none.
  private func contentLength(headEnd: Int) throws(MessageError) -> Int? {
    let found = buffer.withUnsafeBytes { bytes -> Result<Int?, MessageError> in
      var reader = ContentLengthReader(limits: limits)
      do throws(MessageError) {
        try reader.read(bytes.slice(start..<headEnd))
        return .success(reader.length)
      } catch {
        return .failure(error)
      }
    }
    return try found.get()
  }
}
