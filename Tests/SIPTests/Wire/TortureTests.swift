import TestSupport
import Testing

@testable import SIP

/// What the parser makes of each message of RFC 4475, and of its oddity in a response to our REGISTER.
@Suite struct TortureTests {
  private func fault(_ name: String) -> MessageError? { wireFault(TortureMessage.named(name).bytes) }

  @discardableResult
  private func read<Result>(_ name: String, _ body: (MessageView) throws -> Result) throws -> Result {
    try SIPMessage(TortureMessage.named(name).bytes).withView(body)
  }

  private func contacts(_ view: MessageView) -> [String] {
    var uris: [String] = []
    view.forEachContact {
      uris.append($0.uri.text)
      return true
    }
    return uris
  }

  @Test("TOR-01 wsinv: folding, compact names and odd white space read as they should")
  func tortuousInvite() throws {
    #expect(fault("wsinv") == nil)
    try read("wsinv") { view in
      #expect(view.toTag?.text == "1918181833n")
      #expect(view.from?.displayName == #"J Rosenberg \""#)
      #expect(view.fromTag?.text == "98asjd8")
      #expect(view.value(.maxForwards)?.decimal(UInt8.self) == 68)
      #expect(view.cseq?.number == 9)
      #expect(view.cseq?.method.text == "INVITE")
      #expect(view.topVia?.sentByHost.text == "192.0.2.2")
      #expect(view.topVia?.branch?.text == "390skdjuw")
      #expect(view.topVia?.hasUniqueBranch == false)
      #expect(view.viaCount == 2)
      var vias: [String] = []
      view.forEachListValue(.via) { value in
        vias.append(ViaView(value)?.sentByHost.text ?? "?")
        return true
      }
      #expect(vias == ["192.0.2.2", "spindle.example.com", "192.168.255.111"])
      #expect(view.value(.subject)?.isEmpty == true)
      #expect(view.value(named: "NewFangledHeader")?.text == "newfangled value continued newfangled value")
      view.forEachContact { contact in
        #expect(contact.displayName == #"Quoted string """#)
        #expect(contact.uri.text == "sip:jdrosen@example.com")
        #expect(contact.q == 330)
        return true
      }
      #expect(view.body.count == 150)
    }
  }

  @Test("TOR-01 a 200 with the same oddities is taken")
  func tortuousResponse() throws {
    var response = SampleResponse()
    response.via = "v:  SIP  / 2.0  / UDP     192.0.2.10   ;\r\n  branch  =   z9hG4bK9ikj8"
    response.to = "TO :\r\n sip:alice@example.com ;   tag    = 1918181833n"
    response.cseq = "cseq: 0009\r\n  REGISTER"
    response.contacts = [
      #"m:"Quoted string \"\"" <sip:alice@192.0.2.10> ; newparam ="# + "\r\n newvalue ; q = 0.33"
    ]
    response.extra = ["UnknownHeaderWithUnusualValue: ;;,,;;,;"]
    #expect(response.fault == nil)
    try response.read { view in
      #expect(view.cseq?.number == 9)
      #expect(view.topVia?.branch?.text == "z9hG4bK9ikj8")
      #expect(contacts(view) == ["sip:alice@192.0.2.10"])
    }
  }

  @Test("TOR-02 intmeth: the full token alphabet, quoted NUL and UTF-8")
  func wideRangeOfCharacters() throws {
    #expect(fault("intmeth") == nil)
    try read("intmeth") { view in
      #expect(view.method?.text == "!interesting-Method0123456789_*+`.%indeed'~")
      #expect(view.to?.displayName == "BEL:\u{7} NUL:\u{0} DEL:\u{7f}")
      #expect(view.from?.displayName == "token1~` token2'+_ token3*%!.-")
      #expect(view.fromTag?.text == "_token~1'+`*%!-.")
      #expect(view.callID?.text == #"intmeth.word%ZK-!.*_+'@word`~)(><:\/"][?}{"#)
      #expect(view.value(named: "extensionHeader-!.%*+_`'~")?.text == "\u{feff}大停電")
    }
  }

  @Test("TOR-03 esc01: escapes compare by one level of unescaping")
  func validEscapes() throws {
    #expect(fault("esc01") == nil)
    try read("esc01") { view in
      let uri = try SIPURI(parsing: #require(contacts(view).first))
      let plain = try SIPURI(parsing: "sip:caller@host5.example.net;lr;name=value%25%34%31")
      #expect(uri.isEquivalent(to: plain))
      let doubly = try SIPURI(parsing: "sip:caller@host5.example.net;lr;name=valueA")
      #expect(!uri.isEquivalent(to: doubly))
    }
  }

  @Test("TOR-04 escnull: escaped NULs stay escapes, and the two contacts differ")
  func escapedNull() throws {
    #expect(fault("escnull") == nil)
    try read("escnull") { view in
      #expect(contacts(view) == ["sip:%00@host5.example.com", "sip:%00%00@host5.example.com"])
      let uris = try contacts(view).map { try SIPURI(parsing: $0) }
      #expect(!uris[0].isEquivalent(to: uris[1]))
      let identity = try SIPURI(parsing: #require(view.to).uri)
      #expect(AddressOfRecord(identity).key == "sip:null-%00-null@example.com")
    }
  }

  @Test("TOR-05 esc02: a percent sign in a method or a header name is no escape")
  func percentIsNoEscape() throws {
    #expect(fault("esc02") == nil)
    try read("esc02") { view in
      #expect(view.method?.text == "RE%47IST%45R")
      #expect(contacts(view) == ["sip:alias1@host1.example.com", "sip:alias3@host3.example.com"])
      #expect(view.value(named: "C%6Fntact")?.text == "<sip:alias2@host2.example.com>")
    }
  }

  @Test("TOR-06 lwsdisp: no space between display name and bracket")
  func noSpaceBeforeBracket() throws {
    #expect(fault("lwsdisp") == nil)
    try read("lwsdisp") { #expect($0.from?.displayName == "caller") }
  }

  @Test("TOR-07 longreq: long values and 34 Vias are read")
  func longValues() throws {
    #expect(fault("longreq") == nil)
    try read("longreq") { view in
      #expect(view.rowCount(.via) == 34)
      #expect(view.fromTag?.count == 155)
      let uri = try SIPURI(parsing: #require(view.to).uri)
      #expect(uri.port == 6000)
    }
  }

  @Test("TOR-08 dblreq: what follows the message in its datagram is ignored")
  func extraOctets() throws {
    #expect(fault("dblreq") == nil)
    try read("dblreq") { view in
      #expect(view.body.isEmpty)
      #expect(view.callID?.text == "dblreq.0ha0isndaksdj99sdfafnl3lk233412")
    }
  }

  @Test("TOR-09 semiuri: a user part with a semicolon is one user")
  func semicolonInUser() throws {
    #expect(fault("semiuri") == nil)
    try read("semiuri") { view in
      let uri = try SIPURI(parsing: #require(view.requestURI))
      #expect(uri.user == "user;par=u%40example.net")
      #expect(uri.host == .name("example.com"))
    }
  }

  @Test("TOR-10 transports: an unknown transport is read, and known to be unknown")
  func unknownTransport() throws {
    #expect(fault("transports") == nil)
    let via = "SIP/2.0/UNKNOWN t4.example.com;branch=z9hG4bKasd0f3en"
    Array(via.utf8).withUnsafeBytes { bytes in
      #expect(ViaView(bytes)?.transport == nil)
      #expect(ViaView(bytes)?.transportName.text == "UNKNOWN")
    }
  }

  @Test("TOR-11 mpart01: a binary body with NULs and empty lines is framed by its length")
  func binaryBody() throws {
    #expect(fault("mpart01") == nil)
    try read("mpart01") { view in
      #expect(view.body.count == 553)
      #expect(view.body.contains(0))
    }
  }

  @Test("TOR-12 unreason: any reason phrase, shown as valid text")
  func unusualReason() throws {
    #expect(fault("unreason") == nil)
    try read("unreason") { #expect($0.reasonPhrase == "= 2**3 * 5**2 но сто девяносто девять - простое") }
  }

  @Test("TOR-13 noreason: an empty reason, with and without its space")
  func emptyReason() throws {
    #expect(fault("noreason") == nil)
    var response = SampleResponse()
    for line in ["SIP/2.0 200 ", "SIP/2.0 200"] {
      response.statusLine = line
      #expect(response.fault == nil)
      #expect(try response.read { $0.reasonPhrase } == "")
      #expect(try response.read { $0.statusCode } == 200)
    }
  }
}
