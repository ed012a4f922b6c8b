import Testing

@testable import SIP

@Suite struct MessageLimitsTests {
  private func fault(_ extra: String, onStream: Bool = false) -> MessageError? {
    var response = SampleResponse()
    response.extra = [extra]
    let bytes = Array(response.text.utf8)
    var index = MessageIndex()
    return bytes.withUnsafeBytes { raw in
      do throws(MessageError) {
        if onStream { _ = try index.parseHead(raw) } else { try index.parse(raw) }
        return nil
      } catch {
        return error
      }
    }
  }

  @Test("SEC-01 HDR-18 each limit refuses what is larger, and takes what just fits")
  func eachLimit() {
    let value = String(repeating: "a", count: MessageLimits.value)
    #expect(fault("X: \(value)", onStream: true) == nil)
    #expect(fault("X: \(value)b", onStream: true) == .limit(.value))
    #expect(fault("X: \(value)") == .limit(.head))
    let name = String(repeating: "n", count: MessageLimits.name)
    #expect(fault("\(name): x") == nil)
    #expect(fault("\(name)n: x") == .limit(.name))
    let rows = String(repeating: "X: y\r\n", count: MessageLimits.rows - 8)
    #expect(fault(rows + "X: y") == nil)
    #expect(fault(rows + "X: y\r\nX: y") == .limit(.rows))
  }

  @Test("SEC-01 a megabyte value, 100,000 rows, 100,000 parameters and a 64 kB name are refused")
  func hostileSizes() {
    #expect(fault("X: " + String(repeating: "a", count: 1_048_576), onStream: true) == .limit(.head))
    #expect(fault(String(repeating: "X: y\r\n", count: 100_000) + "X: y", onStream: true) == .limit(.rows))
    #expect(
      fault("Contact: <sip:a@b>" + String(repeating: ";a", count: 100_000), onStream: true) == .limit(.value)
    )
    #expect(fault(String(repeating: "n", count: 65_536) + ": x", onStream: true) == .limit(.name))
  }

  @Test("SEC-01 a head that never ends is refused once it is longer than a head may be")
  func endlessHead() {
    let value = String(repeating: "a", count: 60_000)
    let endless = Array(
      (SampleResponse().statusLine + "\r\n" + String(repeating: "X: \(value)\r\n", count: 10)).utf8
    )
    var index = MessageIndex()
    #expect(throws: MessageError.limit(.head)) {
      try endless.withUnsafeBytes { _ = try index.parseHead($0) }
    }
  }

  @Test(
    "SEC-02 no length claimed allocates anything, and none wraps",
    arguments: ["4294967295", "2147483648", "9223372036854775808", "18446744073709551621", "1048577"]
  )
  func claimedLengths(_ value: String) {
    var response = SampleResponse()
    response.length = "Content-Length: \(value)"
    let error = response.fault
    #expect(error == .limit(.body) || error == .contentLength)
  }

  @Test("SEC-05 a NUL anywhere is refused or kept as a byte, and nothing behind it is lost")
  func nulBytes() throws {
    var response = SampleResponse()
    response.statusLine = "SIP/2.0 200 O\0K"
    #expect(try response.read { $0.reasonPhrase } == "O\0K")
    response = SampleResponse()
    response.extra = ["X\0: y"]
    #expect(response.fault != nil)
    response.extra = ["Server: a\0b"]
    #expect(try response.read { $0.value(.server)?.text } == "a\0b")
    response = SampleResponse()
    response.contacts = ["Contact: \"a\0b\" <sip:a@192.0.2.1>, <sip:x\0y@h>, <sip:b@192.0.2.2>"]
    try response.read { view in
      var uris: [String] = []
      let unreadable = view.forEachContact {
        uris.append($0.uri.text)
        return true
      }
      #expect(uris == ["sip:a@192.0.2.1", "sip:b@192.0.2.2"])
      #expect(unreadable == 1)
    }
    response = SampleResponse()
    response.length = "Content-Length: 3"
    response.body = "\0\0\0"
    #expect(try response.read { $0.body.count } == 3)
  }

  @Test("SEC-06 broken UTF-8 reads as replacement characters")
  func brokenText() throws {
    var bytes = Array("SIP/2.0 200 ".utf8)
    bytes += [0xff, 0xc0, 0x80, 0xed, 0xa0, 0x80, 0xef, 0xbb, 0xbf]
    bytes += Array(SampleResponse().text.utf8.dropFirst("SIP/2.0 200 OK".utf8.count))
    try SIPMessage(bytes).withView { view in
      #expect(view.reasonPhrase.unicodeScalars.contains("\u{fffd}"))
      #expect(!view.reasonPhrase.isEmpty)
    }
  }

  struct LongConstruct: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var row: String
  }

  static let longConstructs = [
    LongConstruct(testDescription: "folds", row: "X: a" + String(repeating: "\r\n b", count: 15_000)),
    LongConstruct(
      testDescription: "quoted pairs",
      row: "Contact: \"" + String(repeating: "\\\"", count: 25_000) + "\" <sip:a@b>"
    ),
    LongConstruct(
      testDescription: "nested comments",
      row: "Retry-After: 5 " + String(repeating: "(", count: 25_000) + String(repeating: ")", count: 25_000)
    ),
    LongConstruct(
      testDescription: "commas",
      row: "Contact: " + String(repeating: ",", count: 50_000) + "<sip:a@b>"
    ),
    LongConstruct(testDescription: "brackets", row: "Contact: " + String(repeating: "<", count: 50_000)),
    LongConstruct(
      testDescription: "semicolons",
      row: "Contact: <sip:a@b>" + String(repeating: ";", count: 50_000)
    ),
  ]

  /// Quadratic work on 50,000 bytes, twenty times over, would not end within the limit by orders of magnitude.
  @Test(
    "SEC-10 long constructs of one kind parse in linear time",
    .timeLimit(.minutes(3)),
    arguments: longConstructs
  )
  func longConstruct(_ construct: LongConstruct) throws {
    var response = SampleResponse()
    response.extra = [construct.row]
    #expect(response.fault == nil)
    try response.read { view in
      for _ in 0..<20 {
        view.forEachContact { _ in true }
        _ = view.retryAfter
      }
    }
  }
}
