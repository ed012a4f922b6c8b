import TestSupport
import Testing

@testable import SIP

/// RFC 4475, 3.2 to 3.4, as far as a parser decides them.
@Suite struct TortureLayersTests {
  private func fault(_ name: String) -> MessageError? { wireFault(TortureMessage.named(name).bytes) }

  @discardableResult
  private func read<Result>(_ name: String, _ body: (MessageView) throws -> Result) throws -> Result {
    try SIPMessage(TortureMessage.named(name).bytes).withView(body)
  }

  @Test("TOR-33 badbranch: the bare magic cookie is no unique branch")
  func bareCookie() throws {
    #expect(fault("badbranch") == nil)
    try read("badbranch") { #expect($0.topVia?.hasUniqueBranch == false) }
  }

  @Test("TOR-34 insuf: missing headers are named")
  func missingHeaders() {
    #expect(fault("insuf") == .missing(.from))
    #expect(fault("insuf")?.status == 400)
  }

  @Test("TOR-35 unkscm: an unknown scheme in the Request-URI is 416")
  func unknownScheme() { #expect(fault("unkscm")?.status == 416) }

  @Test("TOR-36 novelsc: an unusual scheme is 416")
  func unusualScheme() { #expect(fault("novelsc")?.status == 416) }

  @Test("TOR-37 unksm2: other schemes in To and Contact are read as addresses, and are no SIP URIs")
  func otherSchemes() throws {
    #expect(fault("unksm2") == nil)
    try read("unksm2") { view in
      #expect(view.to?.uri.text == "isbn:2983792873")
      let uri = try #require(view.to).uri
      #expect(throws: SIPURIError.scheme("isbn")) { try SIPURI(parsing: uri) }
    }
    var response = SampleResponse()
    response.contacts += ["Contact: <name:John_Smith>, <http://x>, <tel:+49>, <mailto:a@b>"]
    try response.read { view in
      var readable = 0
      view.forEachContact { contact in
        if (try? SIPURI(parsing: contact.uri)) != nil { readable += 1 }
        return true
      }
      #expect(readable == 1)
    }
  }

  @Test("TOR-38 bext01: the tags of Require are listed")
  func requiredExtensions() throws {
    #expect(fault("bext01") == nil)
    var tags: [String] = []
    try read("bext01") { view in
      view.forEachListValue(.require) {
        tags.append($0.text)
        return true
      }
    }
    #expect(tags == ["nothingSupportsThis", "nothingSupportsThisEither"])
  }

  @Test("TOR-39 invut: a body of an unknown type is only a body")
  func unknownBodyType() throws {
    #expect(fault("invut") == nil)
    try read("invut") { #expect($0.body.count == 40) }
  }

  @Test("TOR-40 regaut01: an unknown authorization scheme is a row like any other")
  func unknownAuthorizationScheme() throws {
    #expect(fault("regaut01") == nil)
    try read("regaut01") {
      #expect($0.value(.authorization)?.text == "NoOneKnowsThisScheme opaque-data=here")
    }
  }

  @Test("TOR-41 multi01: single headers that stand there twice")
  func repeatedHeaders() {
    #expect(fault("multi01") == .repeated(.from))
    #expect(fault("multi01")?.status == 400)
  }

  @Test("TOR-42 mcl01: two lengths that differ are refused, two that agree may pass")
  func twoLengths() {
    #expect(fault("mcl01") == .contentLength)
    var response = SampleResponse()
    response.extra = ["l: 0"]
    #expect(response.fault == nil)
    response.extra = ["l: 7"]
    #expect(response.fault == .contentLength)
  }

  @Test("TOR-43 bcast: a response with a second Via is dropped")
  func secondVia() { #expect(fault("bcast") == .severalVias) }

  @Test("TOR-44 zeromf: Max-Forwards 0 is fine for an endpoint")
  func zeroMaxForwards() { #expect(fault("zeromf") == nil) }

  @Test("TOR-45 cparam01: a parameter behind a URI without brackets is the header's")
  func parameterOfHeader() throws {
    try read("cparam01") { view in
      view.forEachContact { contact in
        #expect(contact.uri.text == "sip:+19725552222@gw1.example.net")
        #expect(contact.parameters.text == ";unknownparam")
        return true
      }
    }
  }

  @Test("TOR-46 cparam02: a parameter inside the brackets is the URI's")
  func parameterOfURI() throws {
    try read("cparam02") { view in
      view.forEachContact { contact in
        #expect(contact.uri.text == "sip:+19725552222@gw1.example.net;unknownparam")
        #expect(contact.parameters.isEmpty)
        return true
      }
    }
  }

  @Test("TOR-47 regescrt: headers inside the brackets stay part of the URI")
  func headersOfURI() throws {
    try read("regescrt") { view in
      view.forEachContact { contact in
        #expect(contact.uri.text == "sip:user@example.com?Route=%3Csip:sip.example.com%3E")
        return true
      }
    }
  }

  @Test("TOR-48 sdp01: an Accept of an unknown type harms nothing")
  func unknownAccept() { #expect(fault("sdp01") == nil) }

  @Test("TOR-49 inv2543: no branch, no tag, no Max-Forwards, no Content-Length")
  func oldSyntax() throws {
    #expect(fault("inv2543") == nil)
    try read("inv2543") { view in
      #expect(view.topVia?.branch == nil)
      #expect(view.body.text.hasPrefix("v=0"))
    }
    var response = SampleResponse()
    response.length = nil
    #expect(response.fault == nil)
  }
}
