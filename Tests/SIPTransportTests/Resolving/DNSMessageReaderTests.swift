import SIP
import TestSupport
import Testing

@testable import SIPTransport

struct DNSMessageReaderTests {
  /// `example.org SRV` answered with one record, whose target is compressed: `sip` before the question's name.
  private static let answer: [UInt8] =
    [0, 1, 0x81, 0x80, 0, 1, 0, 1, 0, 0, 0, 0] + question
    + [0xc0, 12, 0, 33, 0, 1, 0, 0, 0, 60, 0, 12, 0, 1, 0, 2, 0x13, 0xc4, 3] + Array("sip".utf8) + [0xc0, 12]
  private static let question: [UInt8] =
    [7] + Array("example".utf8) + [3] + Array("org".utf8) + [0, 0, 33, 0, 1]
  private static let query = DNSQuery("example.org", .srv)

  @Test("names may be compressed")
  func compression() {
    guard case .found(let answer) = DNSMessageReader.result(Self.answer, for: Self.query) else {
      Issue.record("not read")
      return
    }
    let record = SRVRecord(priority: 1, weight: 2, port: 5060, target: "sip.example.org")
    #expect(answer.records == [DNSRecord(name: "example.org", lifetime: 60, value: .srv(record))])
  }

  @Test("DNS-29 an answer to another question is none")
  func otherQuestions() {
    #expect(DNSMessageReader.result(Self.answer, for: DNSQuery("example.net", .srv)) == .failed(.malformed))
    #expect(DNSMessageReader.result(Self.answer, for: DNSQuery("example.org", .a)) == .failed(.malformed))
    var query = Self.answer
    query[2] = 1
    #expect(DNSMessageReader.result(query, for: Self.query) == .failed(.malformed))
  }

  @Test("DNS-29 compression that points to itself or forward is an error")
  func pointerLoops() {
    for target in [UInt8(29), 31, 200] {
      var bytes = Self.answer
      bytes[12 + Self.question.count + 1] = target
      #expect(DNSMessageReader.result(bytes, for: Self.query) == .failed(.malformed), "\(target)")
    }
  }

  @Test("a TTL with its highest bit set is 0")
  func negativeTTL() {
    var bytes = Self.answer
    bytes[12 + Self.question.count + 6] = 0xff
    guard case .found(let answer) = DNSMessageReader.result(bytes, for: Self.query) else {
      Issue.record("not read")
      return
    }
    #expect(answer.lifetime == 0)
  }

  @Test("no message makes the reader fail: each cut and 100,000 random changes of one")
  func mutations() {
    for length in 0..<Self.answer.count {
      let result = DNSMessageReader.result(Array(Self.answer[..<length]), for: Self.query)
      #expect(result == .failed(.malformed))
    }
    var random = SeededGenerator(seed: 7)
    var outcomes: Set<DNSResult> = []
    for _ in 0..<100_000 {
      var bytes = Self.answer
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
      }
      outcomes.insert(DNSMessageReader.result(bytes, for: Self.query))
    }
    #expect(outcomes.contains(.failed(.malformed)) && outcomes.count > 10)
  }
}
