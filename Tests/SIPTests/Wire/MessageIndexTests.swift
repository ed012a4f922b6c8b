import Testing

@testable import SIP

@Suite struct MessageIndexTests {
  @Test("HDR-01 header names in any case, with white space before the colon and after it")
  func namesInAnyCase() throws {
    var response = SampleResponse()
    response.via = "via:SIP/2.0/UDP 192.0.2.10;branch=z9hG4bKnashds7"
    response.callID = "CALL-ID  :x"
    response.cseq = "cSeQ \t: \t 1826 REGISTER \t "
    #expect(response.fault == nil)
    try response.read { view in
      #expect(view.callID?.text == "x")
      #expect(view.cseq?.method.text == "REGISTER")
    }
  }

  @Test("HDR-02 compact names are read everywhere")
  func compactNames() throws {
    let text = """
      SIP/2.0 200 OK\r
      v: SIP/2.0/UDP 192.0.2.10;branch=z9hG4bKnashds7\r
      f: <sip:alice@example.com>;tag=1\r
      t: <sip:alice@example.com>;tag=2\r
      i: abc\r
      CSeq: 1 REGISTER\r
      m: <sip:alice@192.0.2.10>\r
      k: path, outbound\r
      s: hello\r
      e: gzip\r
      c: text/plain\r
      o: reg\r
      l: 2\r
      \r
      ab
      """
    #expect(wireFault(Array(text.utf8)) == nil)
    try SIPMessage(text).withView { view in
      #expect(view.value(.supported)?.text == "path, outbound")
      #expect(view.value(.subject)?.text == "hello")
      #expect(view.value(.contentEncoding)?.text == "gzip")
      #expect(view.value(.contentType)?.text == "text/plain")
      #expect(view.value(.event)?.text == "reg")
      #expect(view.body.text == "ab")
    }
  }

  @Test("HDR-02 every name is found by its own spelling, in any case")
  func everyName() {
    for name in HeaderName.allCases where name != .other {
      for spelling in [name.description, name.description.uppercased(), name.description.lowercased()] {
        #expect(Array(spelling.utf8).withUnsafeBytes { HeaderName($0) } == name)
      }
    }
    for name in ["", "x", "Vai", "Contract", "Call-IX", "C%6Fntact", "Expiress"] {
      #expect(Array(name.utf8).withUnsafeBytes { HeaderName($0) } == .other)
    }
  }

  @Test("HDR-03 folded lines read as joined by one space, in a challenge and in a contact list")
  func foldedLines() throws {
    var response = SampleResponse()
    response.statusLine = "SIP/2.0 401 Unauthorized"
    response.contacts = ["Contact: <sip:a@192.0.2.1>,\r\n\t <sip:b@192.0.2.2>;\r\n expires=7"]
    response.extra = ["WWW-Authenticate: Digest realm=\"a \r\n  b\",\r\n\tnonce=\"1\""]
    #expect(response.fault == nil)
    try response.read { view in
      #expect(view.value(.wwwAuthenticate)?.text == #"Digest realm="a b", nonce="1""#)
      var contacts: [String] = []
      view.forEachContact {
        contacts.append("\($0.uri.text) \($0.expires.map(String.init) ?? "-")")
        return true
      }
      #expect(contacts == ["sip:a@192.0.2.1 -", "sip:b@192.0.2.2 7"])
      #expect(view.topVia?.branch?.text == "z9hG4bKnashds7")
    }
  }

  @Test("HDR-03 a folded message keeps its body where it was")
  func foldedWithBody() throws {
    var response = SampleResponse()
    response.to = "To:\r\n <sip:alice@example.com>;tag=2"
    response.length = "Content-Length: 5"
    response.body = "12\r\n 345"
    try response.read { #expect($0.body.text == "12\r\n ") }
  }

  @Test("HDR-09 an unknown header of any shape harms nothing")
  func unknownHeaders() throws {
    var response = SampleResponse()
    response.extra = ["X: ;;,,;;,;", "X-Empty:", "Y:\"<(", "Z: a:b:c"]
    #expect(response.fault == nil)
    try response.read { view in
      #expect(view.value(named: "x")?.text == ";;,,;;,;")
      #expect(view.value(named: "x-empty")?.isEmpty == true)
    }
  }

  @Test(
    "HDR-09 a line that is no header is refused",
    arguments: ["NoColon", ": value", "a b: c", "\u{1}x: y"]
  )
  func noHeader(_ line: String) {
    var response = SampleResponse()
    response.extra = [line]
    guard case .headerLine = response.fault else {
      Issue.record("\(line) was taken")
      return
    }
  }

  @Test(
    "HDR-14 the status line: any reason in UTF-8, or none; the version in any case",
    arguments: ["SIP/2.0 200 Всё хорошо", "SIP/2.0 200 ", "SIP/2.0 200", "sip/2.0 200 OK"]
  )
  func statusLines(_ line: String) throws {
    var response = SampleResponse()
    response.statusLine = line
    #expect(response.fault == nil)
    #expect(try response.read { $0.statusCode } == 200)
  }

  @Test(
    "HDR-14 lines that are no status line are refused",
    arguments: [
      "SIP/2.0200 OK", "SIP/2.0 200OK", "SIP/2.0 200\tOK", "SIP/2.0", "SIP/2.0 ", "SIP/2.1 200 OK", "SIP", "",
    ]
  )
  func badStatusLines(_ line: String) {
    var response = SampleResponse()
    response.statusLine = line
    #expect(response.fault != nil)
  }

  @Test(
    "TRN-06 without Content-Length the body is the rest; behind it the rest is ignored; too short is refused"
  )
  func datagramLength() throws {
    var response = SampleResponse()
    response.body = "v=0\r\n\r\nmore"
    try response.read { #expect($0.body.isEmpty) }
    response.length = nil
    try response.read { #expect($0.body.text == "v=0\r\n\r\nmore") }
    response.length = "Content-Length: 3"
    try response.read { #expect($0.body.text == "v=0") }
    response.length = "Content-Length: 9999"
    #expect(response.fault == .truncatedBody(expected: 9999, found: 11))
  }

  @Test("a head without its empty line is unfinished, and a stream waits for it")
  func unfinishedHead() throws {
    let whole = Array(SampleResponse().text.utf8)
    var index = MessageIndex()
    for length in 0..<whole.count {
      let isComplete = try whole[..<length].withUnsafeBytes { try index.parseHead($0) }
      #expect(!isComplete)
    }
    #expect(try whole.withUnsafeBytes { try index.parseHead($0) })
    #expect(index.headLength == whole.count)
    #expect(wireFault(Array(whole.dropLast(2))) == .unfinishedHead)
  }

  @Test("line feeds alone end lines too, and a stray carriage return does not")
  func lineEnds() {
    let text = SampleResponse().text
    #expect(wireFault(Array(text.utf8).filter { $0 != 0x0d }) == nil)
    var response = SampleResponse()
    response.extra = ["X: a\rb"]
    guard case .headerLine = response.fault else {
      Issue.record("a stray carriage return was taken")
      return
    }
  }

  @Test("empty lines before a message are passed over")
  func leadingLineEnds() throws {
    let message = try SIPMessage("\r\n\r\n" + SampleResponse().text)
    message.withView { #expect($0.statusCode == 200) }
  }

  @Test("an index is reused without a trace of the message before")
  func reuse() throws {
    var index = MessageIndex()
    let folded = Array(SampleResponse(to: "To:\r\n <sip:a@b>;tag=1").text.utf8)
    let plain = Array(SampleResponse().text.utf8)
    try folded.withUnsafeBytes { try index.parse($0) }
    try plain.withUnsafeBytes { bytes in
      try index.parse(bytes)
      let view = MessageView(bytes: bytes, index: index)
      #expect(view.toTag?.text == "2493k59kd")
      #expect(view.head.baseAddress == bytes.baseAddress)
    }
  }

  @Test("an earlier view of a folded message stays readable when its index is used again")
  func foldedViewOutlivesIndex() throws {
    var index = MessageIndex()
    let folded = Array(SampleResponse(to: "To:\r\n <sip:a@b>;tag=first").text.utf8)
    let other = Array(SampleResponse(to: "To:\r\n <sip:a@b>;tag=other").text.utf8)
    try folded.withUnsafeBytes { first in
      try index.parse(first)
      let view = MessageView(bytes: first, index: index)
      try other.withUnsafeBytes { try index.parse($0) }
      #expect(view.toTag?.text == "first")
    }
  }

  @Test(
    "what is no SIP is recognized",
    arguments: [
      ("HTTP/1.1 400 Bad Request\r\nServer: x\r\n\r\n", MessageError.ForeignProtocol.http),
      ("GET / HTTP/1.1\r\nHost: x\r\n\r\n", .http),
      ("\u{16}\u{3}\u{1}\u{2}\u{0}\u{1}", .tls),
      ("\u{0}\u{1}\u{0}\u{0}!\u{12}", .unknown),
    ]
  )
  func foreignProtocols(_ text: String, _ expected: MessageError.ForeignProtocol) {
    #expect(wireFault(Array(text.utf8)) == .notSIP(expected))
  }

  @Test("a STUN packet is recognized by its magic cookie")
  func stun() {
    #expect(
      wireFault([0, 1, 0, 0, 0x21, 0x12, 0xa4, 0x42] + Array(repeating: 7, count: 12)) == .notSIP(.stun)
    )
  }
}
