import TestSupport
import Testing

@testable import SIP

@Suite struct MessageValidationTests {
  @Test("a typical response is taken")
  func typical() { #expect(SampleResponse().fault == nil) }

  @Test("HDR-08 a response without one of the mandatory headers is dropped")
  func missingHeaders() {
    let removals: [(WritableKeyPath<SampleResponse, String>, HeaderName)] = [
      (\.via, .via), (\.from, .from), (\.to, .to), (\.callID, .callID), (\.cseq, .cseq),
    ]
    for (path, name) in removals {
      var response = SampleResponse()
      response[keyPath: path] = ""
      #expect(response.fault == .missing(name))
    }
  }

  @Test("HDR-07 a response with a second From, To, Call-ID or CSeq is dropped")
  func repeatedHeaders() {
    let rows: [(String, HeaderName)] = [
      ("f: <sip:x@y>", .from), ("To: <sip:x@y>", .to), ("i: x", .callID), ("CSeq: 1826 REGISTER", .cseq),
    ]
    for (row, name) in rows {
      var response = SampleResponse()
      response.extra = [row]
      #expect(response.fault == .repeated(name))
    }
  }

  @Test(
    "UAC-06 a response with a second Via value is dropped, in its own row or in the same",
    arguments: ["Via: SIP/2.0/UDP 198.51.100.1;branch=z9hG4bKx", "v: junk"]
  )
  func secondVia(_ row: String) {
    var response = SampleResponse()
    response.extra = [row]
    #expect(response.fault == .severalVias)
    response.extra = []
    response.via += " , " + row.dropFirst(5)
    #expect(response.fault == .severalVias)
  }

  @Test(
    "HDR-08 a mandatory header that cannot be read is as good as missing",
    arguments: [
      ("From: ", HeaderName.from), ("From: <sip:a@b", .from), ("From: <sip:a@b>;tag=\"x", .from),
    ]
  )
  func unreadable(_ row: String, _ name: HeaderName) {
    var response = SampleResponse()
    response.from = row
    #expect(response.fault == .unreadable(name))
  }

  @Test("a request and a response are not taken for one another")
  func wrongKind() throws {
    let message = try SIPMessage(SampleResponse().text)
    message.withView { view in
      #expect(throws: MessageError.wrongKind) { try view.validateRequest() }
    }
    let request = try SIPMessage(TortureMessage.named("zeromf").bytes)
    request.withView { view in
      #expect(throws: MessageError.wrongKind) { try view.validateResponse() }
    }
  }

  @Test(
    "Max-Forwards is 0 to 255, once",
    arguments: [("0", true), ("255", true), ("256", false), ("x", false)]
  )
  func maxForwards(_ value: String, _ isTaken: Bool) {
    let text = String(decoding: TortureMessage.named("zeromf").bytes, as: UTF8.self)
    let changed = text.split(separator: "\r\n", omittingEmptySubsequences: false)
      .map { $0.hasPrefix("Max-Forwards") ? "Max-Forwards: \(value)" : String($0) }.joined(separator: "\r\n")
    #expect((wireFault(Array(changed.utf8)) == nil) == isTaken)
  }

  @Test("every error says something a person can read")
  func descriptions() {
    let errors: [MessageError] = [
      .notSIP(.http), .notSIP(.tls), .notSIP(.stun), .notSIP(.unknown), .startLine, .version, .statusCode,
      .requestURI, .scheme, .unfinishedHead, .headerLine(offset: 3), .limit(.head), .limit(.startLine),
      .limit(.rows), .limit(.name), .limit(.value), .limit(.body), .contentLength,
      .truncatedBody(expected: 1, found: 0), .missing(.via), .repeated(.to), .unreadable(.from), .severalVias,
      .methodMismatch, .wrongKind,
    ]
    #expect(Set(errors.map(\.description)).count == errors.count)
  }
}
