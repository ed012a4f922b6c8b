import TestSupport
import Testing

@testable import SIP

/// RFC 4475, 3.1.2: what breaks the grammar, and what is read all the same.
@Suite struct TortureInvalidTests {
  private func fault(_ name: String) -> MessageError? { wireFault(TortureMessage.named(name).bytes) }

  private func status(_ name: String) -> UInt16? { fault(name)?.status }

  private func contacts(_ response: SampleResponse) throws -> (uris: [String], unreadable: Int) {
    try response.read { view in
      var uris: [String] = []
      let unreadable = view.forEachContact {
        uris.append($0.uri.text)
        return true
      }
      return (uris, unreadable)
    }
  }

  @Test("TOR-14 badinv01: empty parameters in Via are 400, in Contact they are passed over")
  func extraSeparators() throws {
    #expect(fault("badinv01") == .unreadable(.via))
    #expect(status("badinv01") == 400)
    var response = SampleResponse()
    response.contacts = ["Contact: <sip:alice@192.0.2.10>;;;;expires=60"]
    try response.read { view in
      view.forEachContact {
        #expect($0.expires == 60)
        return true
      }
    }
    response.via = "Via: SIP/2.0/UDP 192.0.2.15;;,;,,"
    #expect(response.fault == .unreadable(.via))
  }

  @Test("TOR-15 clerr: a Content-Length beyond the datagram")
  func lengthBeyondDatagram() {
    #expect(fault("clerr") == .truncatedBody(expected: 9999, found: 154))
    #expect(status("clerr") == 400)
  }

  @Test(
    "TOR-16 ncl: a Content-Length that is no number",
    arguments: ["-999", "five", "1e3", "0x10", "+5", ""]
  )
  func lengthIsNoNumber(_ value: String) {
    #expect(fault("ncl") == .contentLength)
    #expect(status("ncl") == 400)
    var response = SampleResponse()
    response.length = "Content-Length: \(value)"
    #expect(response.fault == .contentLength)
  }

  @Test("TOR-17 scalar02: an overlarge CSeq is refused, an overlarge expires is clamped")
  func overlargeScalars() throws {
    #expect(fault("scalar02") == .unreadable(.cseq))
    #expect(status("scalar02") == 400)
    try SIPMessage(TortureMessage.named("scalar02").bytes).withView { view in
      #expect(view.expires == .max)
      view.forEachContact {
        #expect($0.expires == .max)
        return true
      }
    }
  }

  @Test("TOR-18 scalarlg: an overlarge CSeq drops a response; Retry-After is capped")
  func overlargeResponseScalars() throws {
    #expect(fault("scalarlg") == .unreadable(.cseq))
    try SIPMessage(TortureMessage.named("scalarlg").bytes).withView { view in
      #expect(view.retryAfter == RetryAfter(seconds: .max))
    }
  }

  @Test("TOR-19 quotbal: an open quote makes the value unreadable, and nothing behind it is read")
  func openQuote() throws {
    #expect(fault("quotbal") == .unreadable(.to))
    #expect(status("quotbal") == 400)
    var response = SampleResponse()
    response.contacts = [#"Contact: "Mr. J. User <sip:j@192.0.2.9>, <sip:alice@192.0.2.10>"#]
    #expect(try contacts(response) == ([], 1))
  }

  @Test("TOR-20 ltgtruri: brackets around the Request-URI")
  func bracketsAroundRequestURI() {
    #expect(fault("ltgtruri") == .requestURI)
    #expect(status("ltgtruri") == 400)
  }

  @Test("TOR-21 lwsruri: a space in the Request-URI, of which the rest stays readable for the answer")
  func spaceInRequestURI() {
    #expect(fault("lwsruri") == .startLine)
    #expect(status("lwsruri") == 400)
    var index = MessageIndex()
    TortureMessage.named("lwsruri").bytes.withUnsafeBytes { bytes in
      #expect(throws: MessageError.startLine) { try index.parse(bytes) }
      #expect(MessageView(bytes: bytes, index: index).cseq?.number == 2_130_706_432)
    }
  }

  @Test("TOR-22 lwsstart: more than one space in the first line is refused, in a response too")
  func severalSpaces() {
    #expect(fault("lwsstart") == .startLine)
    var response = SampleResponse()
    response.statusLine = "SIP/2.0  200  OK"
    #expect(response.fault == .statusCode)
  }

  @Test("TOR-23 trws: a space behind the version is refused; behind a reason it belongs to it")
  func trailingSpace() throws {
    #expect(fault("trws") == .startLine)
    var response = SampleResponse()
    response.statusLine = "SIP/2.0 200 OK "
    #expect(response.fault == nil)
    #expect(try response.read { $0.reasonPhrase } == "OK ")
  }

  @Test("TOR-24 escruri: headers in a Request-URI are refused")
  func headersInRequestURI() {
    #expect(fault("escruri") == .requestURI)
    #expect(status("escruri") == 400)
  }

  @Test("TOR-25 baddate: a Date in another zone harms nothing")
  func badDate() {
    #expect(fault("baddate") == nil)
    var response = SampleResponse()
    response.extra = ["Date: Fri, 01 Jan 2010 16:00:00 EST"]
    #expect(response.fault == nil)
  }

  @Test("TOR-26 regbadct: a URI with headers and without brackets is unreadable, ours beside it is not")
  func headersWithoutBrackets() throws {
    #expect(fault("regbadct") == nil)
    var response = SampleResponse()
    response.contacts.insert("Contact: sip:user@example.com?Route=%3Csip:sip.example.com%3E", at: 0)
    #expect(try contacts(response) == (["sip:alice@192.0.2.10:5060;transport=udp"], 1))
  }

  @Test("TOR-27 badaspec: spaces inside the brackets are trimmed")
  func spacesInsideBrackets() throws {
    #expect(fault("badaspec") == nil)
    try SIPMessage(TortureMessage.named("badaspec").bytes).withView { view in
      #expect(view.to?.uri.text == "sip:t.watson@example.org")
    }
  }

  @Test("TOR-28 baddn: an unquoted comma makes From unreadable, and no bogus contact")
  func unquotedComma() throws {
    #expect(fault("baddn") == .unreadable(.from))
    #expect(status("baddn") == 400)
    var response = SampleResponse()
    response.contacts = ["Contact: Bell, Alexander <sip:a.g.bell@example.com>"]
    #expect(try contacts(response) == (["sip:a.g.bell@example.com"], 1))
  }

  @Test("TOR-29 badvers: another version is 505, and in a response dropped")
  func badVersion() {
    #expect(status("badvers") == 505)
    var response = SampleResponse()
    response.statusLine = "SIP/7.0 200 OK"
    #expect(response.fault == .version)
  }

  @Test("TOR-30 mismatch01: the method of CSeq is another")
  func methodMismatch() {
    #expect(fault("mismatch01") == .methodMismatch)
    #expect(status("mismatch01") == 400)
  }

  @Test("TOR-31 mismatch02: the same with an unknown method")
  func unknownMethodMismatch() { #expect(fault("mismatch02") == .methodMismatch) }

  @Test(
    "TOR-32 bigcode: only 100 to 699 in three digits is a status code",
    arguments: ["4294967301", "4294967496", "99", "700", "1000", "2OO", "-200", "+20", "0200", "20", ""]
  )
  func statusCodeOutOfRange(_ code: String) {
    #expect(fault("bigcode") == .statusCode)
    var response = SampleResponse()
    response.statusLine = "SIP/2.0 \(code) OK"
    #expect(response.fault == .statusCode)
  }
}
