import TestSupport
import Testing

@testable import SIP

@Suite struct StreamFramerTests {
  /// What came out of a framer, with the bytes instead of offsets.
  private enum Output: Equatable, CustomStringConvertible {
    case message(String, hasLength: Bool)
    case pong, ping
    case fail(MessageError)

    var description: String {
      switch self {
      case .message(let text, let hasLength): "message(\(text.debugDescription), \(hasLength))"
      case .pong: "pong"
      case .ping: "ping"
      case .fail(let error): "fail(\(error))"
      }
    }
  }

  private func drain(_ framer: inout StreamFramer, _ outputs: inout [Output]) {
    while let action = framer.next() {
      switch action {
      case .message(let range, let hasLength):
        outputs.append(.message(framer.withBytes(range) { $0.text }, hasLength: hasLength))
      case .pong: outputs.append(.pong)
      case .ping: outputs.append(.ping)
      case .fail(let error): outputs.append(.fail(error))
      }
    }
  }

  /// Feeds the pieces of a stream.
  private func cut(_ pieces: [[UInt8]], limits: StreamLimits = StreamLimits()) -> [Output] {
    var framer = StreamFramer(limits: limits)
    var outputs: [Output] = []
    for piece in pieces {
      piece.withUnsafeBytes { framer.receive($0) }
      drain(&framer, &outputs)
    }
    return outputs
  }

  private func cut(_ text: String, limits: StreamLimits = StreamLimits()) -> [Output] {
    cut([Array(text.utf8)], limits: limits)
  }

  private static func response(_ code: Int, body: String = "", rows: String = "") -> String {
    "SIP/2.0 \(code) Reason\r\nVia: SIP/2.0/TCP a;branch=z9hG4bK1\r\n\(rows)Content-Length: \(body.utf8.count)\r\n\r\n\(body)"
  }

  /// A stream with all that is allowed on one.
  private static let script: [(String, Bool)] = [
    (response(401, body: "go away\r\n\r\nSIP/2.0 200 OK\r\n\r\n"), true),
    (response(200), true),
    ("SIP/2.0 200 é世界\r\nl : 4\r\nSubject: 1\r\n\r\nbody", true),
    ("SIP/2.0 200 OK\r\nCONTENT-length:\r\n  3\r\n\r\nabc", true),
    ("SIP/2.0 100 Trying\r\nVia: x\r\n\r\n", false),
    ("SIP/2.0 200 OK\nContent-Length: 2\n\nhi", true),
    ("REGISTER sip:a SIP/2.0\r\nContent-Length: 1\r\ncontent-length: 1\r\n\r\n!", true),
  ]

  @Test("TRN-07 TRN-08 TRN-09 OUT-14 TRAP-17 the output is the same however the stream is split")
  func anySplit() {
    var text = "\r\n"
    var expected: [Output] = [.pong]
    for (position, (message, hasLength)) in Self.script.enumerated() {
      text += message
      expected.append(.message(message, hasLength: hasLength))
      if position % 2 == 0 {
        text += "\r\n\r\n"
        expected += [.pong, .ping]
      }
    }
    text += "\r\n\r\n\r\n"
    // The message before has an odd number of CRLFs behind it: these are counted on.
    expected += [.pong, .ping, .pong, .ping, .pong].suffix(3)
    let bytes = Array(text.utf8)
    let whole = cut([bytes])
    #expect(whole.filter { if case .message = $0 { true } else { false } }.count == Self.script.count)
    #expect(whole.prefix(expected.count - 3) == expected.prefix(expected.count - 3))
    #expect(cut(bytes.map { [$0] }) == whole)
    for first in 0...bytes.count {
      #expect(cut([Array(bytes[..<first]), Array(bytes[first...])]) == whole, "split at \(first)")
    }
    var random = SeededGenerator(seed: 11)
    for _ in 0..<500 {
      var pieces: [[UInt8]] = []
      var position = 0
      while position < bytes.count {
        let end = min(bytes.count, position + Int.random(in: 1...40, using: &random))
        pieces.append(Array(bytes[position..<end]))
        position = end
      }
      #expect(cut(pieces) == whole)
    }
  }

  @Test("TRN-07 a body that looks like a message is a body, and the next message follows it")
  func bodyLikeMessage() {
    let first = Self.response(401, body: String(repeating: "SIP/2.0 200 OK\r\n\r\n", count: 16))
    let second = Self.response(200)
    #expect(
      cut(first + second) == [.message(first, hasLength: true), .message(second, hasLength: true)]
    )
  }

  @Test("TRN-10 DEC-14 without a Content-Length the message ends with its head, and that is said")
  func missingLength() {
    let head = "SIP/2.0 200 OK\r\nVia: x\r\n\r\n"
    #expect(
      cut(head + head) == [.message(head, hasLength: false), .message(head, hasLength: false)]
    )
  }

  @Test(
    "TRN-10 SEC-02 a Content-Length that cannot be trusted ends the stream",
    arguments: [
      ("x", MessageError.contentLength), ("-1", .contentLength), ("+1", .contentLength), ("", .contentLength),
      ("1 1", .contentLength), ("1, 1", .contentLength), ("0x10", .contentLength), ("1.0", .contentLength),
      ("5\r\nl: 6", .contentLength), ("5\r\nContent-Length: x", .contentLength),
      ("1048577", .limit(.body)), ("2147483648", .limit(.body)), ("4294967295", .limit(.body)),
      ("9223372036854775808", .limit(.body)), ("18446744073709551621", .limit(.body)),
    ]
  )
  func badLength(value: String, error: MessageError) {
    let text = "SIP/2.0 200 OK\r\nContent-Length: \(value)\r\n\r\n" + Self.response(200)
    #expect(cut(text) == [.fail(error)])
    #expect(cut(text.utf8.map { [$0] }) == [.fail(error)])
  }

  @Test("a length that says 0 in many digits is 0")
  func manyZeros() {
    let text = "SIP/2.0 200 OK\r\nContent-Length: 0000000000000000000000000\r\n\r\n"
    #expect(cut(text) == [.message(text, hasLength: true)])
  }

  @Test("a header whose name only begins or ends like Content-Length is another header")
  func likeNames() {
    let text = "SIP/2.0 200 OK\r\nX-Content-Length: 5\r\nContent-Length-X: 6\r\nll: 7\r\nl: 0\r\n\r\n"
    #expect(cut(text) == [.message(text, hasLength: true)])
  }

  @Test(
    "SEC-11 TLS-13 what is no SIP is named",
    arguments: [
      ([0x16, 3, 1, 0, 5, 1], MessageError.ForeignProtocol.tls),
      ([0x15, 3, 3, 0, 2, 2, 40], .tls),
      (Array("HTTP/1.1 400 Bad Request\r\n".utf8), .http),
      (Array("GET / HTTP/1.1\r\n".utf8), .http),
      ([0, 1, 0, 0, 0x21, 0x12, 0xa4, 0x42], .stun),
      ([0, 0, 0, 0, 0, 0, 0, 0], .unknown),
    ]
  )
  func foreign(bytes: [UInt8], found: MessageError.ForeignProtocol) {
    #expect(cut([bytes]) == [.fail(.notSIP(found))])
    #expect(cut(bytes.map { [$0] }) == [.fail(.notSIP(found))])
  }

  @Test("SEC-01 SEC-03 each limit ends the stream before more than the limit is held")
  func limits() {
    let start = "SIP/2.0 200 OK\r\n"
    let endless: [(String, String, MessageError.Limit)] = [
      ("", "S", .startLine),
      (start, "Subject: " + String(repeating: "x", count: 1000), .value),
      (start + "A: ", ";p=1", .value),
      (start, "X: 1\r\n", .rows),
      (start, "X: " + String(repeating: "y", count: 9000) + "\r\n", .head),
    ]
    for (head, repeated, limit) in endless {
      var framer = StreamFramer()
      var outputs: [Output] = []
      var fed = 0
      Array(head.utf8).withUnsafeBytes { framer.receive($0) }
      while outputs.isEmpty, fed < 100_000_000 {
        Array(repeated.utf8).withUnsafeBytes { framer.receive($0) }
        fed += repeated.utf8.count
        drain(&framer, &outputs)
      }
      #expect(outputs == [.fail(.limit(limit))], "\(limit)")
      #expect(fed < MessageLimits.streamHead + 10_000)
      Array(start.utf8).withUnsafeBytes { framer.receive($0) }
      #expect(framer.next() == nil)
      #expect(framer.hasFailed && !framer.isInMessage)
    }
    let longName = start + String(repeating: "n", count: 65_536) + ": 1\r\n\r\n"
    #expect(cut(longName) == [.fail(.limit(.name))])
  }

  @Test("SEC-03 CRLFs without end are keep-alives without end, and nothing is kept of them")
  func endlessLines() {
    var framer = StreamFramer()
    let chunk = Array(repeating: Array("\r\n".utf8), count: 5_000).flatMap { $0 }
    for _ in 0..<20 {
      chunk.withUnsafeBytes { framer.receive($0) }
      var count = 0
      while framer.next() != nil { count += 1 }
      #expect(count == 5_000)
      #expect(!framer.isInMessage)
    }
  }

  @Test("SEC-04 whether a message is unfinished is known, and how many came")
  func unfinished() {
    var framer = StreamFramer()
    var outputs: [Output] = []
    let feed = { (text: String) in
      Array(text.utf8).withUnsafeBytes { framer.receive($0) }
      self.drain(&framer, &outputs)
    }
    #expect(!framer.isInMessage)
    feed("S")
    #expect(framer.isInMessage)
    feed("IP/2.0 200 OK\r\nContent-Length: 2\r\n\r\na")
    #expect(framer.isInMessage && framer.messageCount == 0)
    feed("b")
    #expect(!framer.isInMessage && framer.messageCount == 1)
    feed("\u{0}")
    #expect(framer.isInMessage)
  }

  @Test("SEC-04 SEC-10 a message of the largest size costs the same byte by byte: no byte is looked at again")
  func byteByByte() {
    var limits = StreamLimits()
    limits.rows = 100_000
    let rows = String(repeating: "Subject: a\r\n", count: 16_000)
    let bytes = Array(Self.response(200, body: String(repeating: "b", count: 200_000), rows: rows).utf8)
    var framer = StreamFramer(limits: limits)
    var messages = 0
    for byte in bytes {
      withUnsafeBytes(of: byte) { framer.receive($0) }
      while let action = framer.next() {
        guard case .message(let range, _) = action else { continue }
        #expect(range.count == bytes.count)
        messages += 1
      }
    }
    #expect(messages == 1)
  }

  @Test("random bytes never make the framer read outside what came, and fail at most once")
  func damage() {
    var random = SeededGenerator(seed: 3)
    let alphabet = Array("\r\n: lSIP/2.0ContentLength0159\0\u{7f}".utf8) + [0x16, 0x03, 0xff]
    for _ in 0..<2_000 {
      let bytes = (0..<Int.random(in: 1...200, using: &random)).map { _ in
        alphabet.randomElement(using: &random)!
      }
      let whole = cut([bytes])
      #expect(cut(bytes.map { [$0] }) == whole)
      #expect(whole.filter { if case .fail = $0 { true } else { false } }.count <= 1)
    }
  }
}
