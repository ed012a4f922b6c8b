import Testing

@testable import SIP

@Suite struct MessageViewTests {
  @Test(
    "HDR-05 list headers may be split over rows in any way, in order",
    arguments: [
      ["Supported: path, outbound", "k: gruu"], ["Supported: path", "Supported:outbound ,gruu"],
      ["k:path,outbound,gruu"], ["Supported: path,\r\n outbound,,", "Supported: , gruu"],
    ]
  )
  func listHeaders(_ rows: [String]) throws {
    var response = SampleResponse()
    response.extra = rows
    var tags: [String] = []
    try response.read { view in
      view.forEachListValue(.supported) {
        tags.append($0.text)
        return true
      }
    }
    #expect(tags == ["path", "outbound", "gruu"])
  }

  @Test("HDR-06 challenges come row by row, whatever commas they hold")
  func challengeRows() throws {
    var response = SampleResponse()
    response.extra = [
      #"WWW-Authenticate: Digest realm="a", nonce="1", algorithm=SHA-256"#,
      #"WWW-Authenticate: Digest realm="a", nonce="2""#,
    ]
    var rows: [String] = []
    try response.read { view in view.forEachValue(.wwwAuthenticate) { rows.append($0.text) } }
    #expect(rows.count == 2)
    #expect(rows.last == #"Digest realm="a", nonce="2""#)
  }

  @Test(
    "HDR-13 the number of CSeq: leading zeros are fine; signs, hexadecimal and overflow are not",
    arguments: [
      ("0009 REGISTER", 9), ("4294967295 REGISTER", .max), ("00000000000000000001 R", 1),
      ("4294967296 R", nil),
      ("-1 R", nil), ("+1 R", nil), ("0x10 R", nil), ("1", nil), ("1 ", nil), ("1R", nil), ("R", nil),
      ("1 R R", nil),
      ("", nil),
    ] as [(String, UInt32?)]
  )
  func cseq(_ value: String, _ number: UInt32?) throws {
    var response = SampleResponse()
    response.cseq = "CSeq: \(value)"
    try response.read { #expect($0.cseq?.number == number) }
  }

  @Test("HDR-15 white space around the slashes and the colon of a Via")
  func spacedVia() throws {
    var response = SampleResponse()
    response.via = "Via: SIP / 2.0 / UDP h.example : 5060 ; branch = z9hG4bK1 ; RPORT = 7"
    #expect(response.fault == nil)
    try response.read { view in
      #expect(view.topVia?.transport == .udp)
      #expect(view.topVia?.sentByHost.text == "h.example")
      #expect(view.topVia?.sentByPort == 5060)
      #expect(view.topVia?.branch?.text == "z9hG4bK1")
      #expect(view.topVia?.rport == .port(7))
    }
  }

  @Test("HDR-11 HDR-12 unknown Via parameters are ignored, and of two branches the first counts")
  func viaParameters() throws {
    var response = SampleResponse()
    response.via = #"Via: SIP/2.0/UDP h;foo;bar=baz;x="a,b;c";branch=z9hG4bKa;branch=z9hG4bKb;rport"#
    try response.read { view in
      #expect(view.topVia?.branch?.text == "z9hG4bKa")
      #expect(view.topVia?.rport == .requested)
      #expect(view.viaCount == 1)
    }
  }

  @Test(
    "a Via that breaks the grammar is none",
    arguments: [
      "", "SIP/2.0/UDP", "SIP/2.0 UDP h", "SIP/1.0/UDP h", "XSIP/2.0/UDP h", "SIP/2.0/UDPh",
      "SIP/2.0/UDP h:0",
      "SIP/2.0/UDP h:99999", "SIP/2.0/UDP h:", "SIP/2.0/UDP [::1", "SIP/2.0/UDP []", "SIP/2.0/UDP [x]",
      "SIP/2.0/UDP h;;branch=a", "SIP/2.0/UDP h branch=a", "SIP/2.0/UDP h;branch=\"a",
    ]
  )
  func brokenVia(_ text: String) {
    Array(text.utf8).withUnsafeBytes { #expect(ViaView($0) == nil) }
  }

  @Test(
    "HDR-17 a malformed Expires, Min-Expires, Retry-After, Date, Warning or Reason affects nothing else",
    arguments: [
      "Expires: soon", "Min-Expires: -1", "Retry-After: 5 (", "Date: x", "Warning: 1812 x", "Reason: ;;",
    ]
  )
  func malformedHeaders(_ row: String) throws {
    var response = SampleResponse()
    response.extra = [row]
    #expect(response.fault == nil)
    try response.read { view in
      #expect(view.expires == nil)
      #expect(view.minExpires == nil)
      #expect(view.retryAfter == nil)
      #expect(view.topVia != nil)
    }
  }

  @Test(
    "Retry-After with comment and duration",
    arguments: [
      ("18000;duration=3600", RetryAfter(seconds: 18000, duration: 3600)),
      ("120 (I'm in a meeting)", RetryAfter(seconds: 120)),
      ("5 (a (b) \\) c) ; duration = 7", RetryAfter(seconds: 5, duration: 7)),
      ("0", RetryAfter(seconds: 0)), ("99999999999", RetryAfter(seconds: .max)),
      ("5;duration=x", RetryAfter(seconds: 5)),
      ("", nil), ("x", nil), ("5 x", nil), ("-5", nil), ("1.5", nil), ("5 (open", nil),
    ] as [(String, RetryAfter?)]
  )
  func retryAfter(_ text: String, _ expected: RetryAfter?) {
    Array(text.utf8).withUnsafeBytes { #expect(RetryAfter($0) == expected) }
  }

  @Test("Expires and Min-Expires are clamped")
  func clampedSeconds() throws {
    var response = SampleResponse()
    response.extra = ["Expires: 0060", "Min-Expires: 99999999999999999999"]
    try response.read { view in
      #expect(view.expires == 60)
      #expect(view.minExpires == .max)
    }
  }

  @Test("HDR-21 headers of requests in a response change nothing")
  func requestHeaders() {
    var response = SampleResponse()
    response.extra = ["Authorization: Digest x", "Route: <sip:evil.example;lr>", "Max-Forwards: junk"]
    #expect(response.fault == nil)
  }
}
