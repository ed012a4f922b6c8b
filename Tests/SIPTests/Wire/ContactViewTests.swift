import Testing

@testable import SIP

@Suite struct ContactViewTests {
  private func contacts(_ rows: [String]) throws -> [String] {
    var response = SampleResponse()
    response.contacts = rows
    return try response.read { view in
      var list: [String] = []
      view.forEachContact {
        list.append("\($0.uri.text) \($0.expires.map(String.init) ?? "-")")
        return true
      }
      return list
    }
  }

  @Test(
    "REG-52 HDR-05 every legal spelling of a contact list reads the same",
    arguments: [
      ["Contact: <sip:a@192.0.2.1>;expires=60", "Contact: <sip:b@192.0.2.2:5070>;expires=3600"],
      ["Contact: <sip:a@192.0.2.1>;expires=60, <sip:b@192.0.2.2:5070>;expires=3600"],
      ["m: <sip:a@192.0.2.1>;expires=60", "CONTACT:<sip:b@192.0.2.2:5070>;expires=3600"],
      ["Contact: <sip:a@192.0.2.1>;expires=60,\r\n <sip:b@192.0.2.2:5070>;\r\n\texpires=3600"],
      ["Contact:<sip:a@192.0.2.1>;expires=60,<sip:b@192.0.2.2:5070>;expires=3600"],
      ["Contact: \"x, <y>; z\" <sip:a@192.0.2.1>;expires=60, foo<sip:b@192.0.2.2:5070>;expires=3600"],
      ["Contact: sip:a@192.0.2.1;expires=60, sip:b@192.0.2.2:5070;q=0.5;expires=3600"],
      [
        "Contact: <sip:a@192.0.2.1> ; Expires = 60 ,, \"\\\"\" <sip:b@192.0.2.2:5070> ; a=\"x,y;z\" ; EXPIRES=03600"
      ],
    ]
  )
  func spellings(_ rows: [String]) throws {
    #expect(try contacts(rows) == ["sip:a@192.0.2.1 60", "sip:b@192.0.2.2:5070 3600"])
  }

  @Test("REG-53 parameters behind the bracket, and those of a URI without brackets, belong to the header")
  func headerParameters() throws {
    #expect(try contacts(["Contact: sip:u@h.example:5060;expires=50"]) == ["sip:u@h.example:5060 50"])
    #expect(try contacts(["Contact: <sip:u@h.example;expires=50>"]) == ["sip:u@h.example;expires=50 -"])
    #expect(
      try contacts(["Contact: <sip:u@h.example;expires=50>;expires=7"]) == ["sip:u@h.example;expires=50 7"]
    )
  }

  @Test("HDR-10 quoted display names hold commas, semicolons, brackets and escapes")
  func quotedNames() throws {
    var response = SampleResponse()
    response.contacts = [#"Contact: "a\"b,<c>;d\\" <sip:a@192.0.2.1>"#]
    try response.read { view in
      view.forEachContact {
        #expect($0.displayName == #"a"b,<c>;d\"#)
        return true
      }
    }
  }

  @Test("HDR-16 an unquoted display name may hold dots and UTF-8")
  func unquotedNames() throws {
    var response = SampleResponse()
    response.contacts = ["Contact: J. Müller<sip:a@192.0.2.1>"]
    try response.read { view in
      view.forEachContact {
        #expect($0.displayName == "J. Müller")
        return true
      }
    }
  }

  @Test("HDR-11 unknown parameters are ignored, with and without a value")
  func unknownParameters() throws {
    #expect(
      try contacts(["Contact: <sip:a@192.0.2.1>;zzz;foo=\"b;a\";expires=9;bar"]) == ["sip:a@192.0.2.1 9"]
    )
  }

  @Test("HDR-12 of a parameter that stands there twice the first counts")
  func repeatedParameter() throws {
    #expect(try contacts(["Contact: <sip:a@192.0.2.1>;expires=60;expires=3600"]) == ["sip:a@192.0.2.1 60"])
    #expect(try contacts(["Contact: <sip:a@192.0.2.1>;expires=x;expires=3600"]) == ["sip:a@192.0.2.1 -"])
  }

  @Test("the parameters of outbound and GRUU are read without their quotes")
  func outboundParameters() throws {
    var response = SampleResponse()
    response.contacts = [
      #"Contact: <sip:a@192.0.2.1>;+sip.instance="<urn:uuid:00000000-0000-1000-8000-000A95A0E128>";reg-id=1"#
        + #";pub-gruu="sip:a@example.com;gr=urn:uuid:1";temp-gruu="sip:tgruu.7@example.com;gr";q=0.7"#
    ]
    try response.read { view in
      view.forEachContact {
        #expect($0.instance?.text == "<urn:uuid:00000000-0000-1000-8000-000A95A0E128>")
        #expect($0.registrationID == 1)
        #expect($0.publicGRUU?.text == "sip:a@example.com;gr=urn:uuid:1")
        #expect($0.temporaryGRUU?.text == "sip:tgruu.7@example.com;gr")
        #expect($0.q == 700)
        return true
      }
    }
  }

  @Test(
    "expires: absent, malformed and overlarge are told apart",
    arguments: [
      ("", nil, false), (";expires=60", 60, false), (";expires=", nil, true), (";expires", nil, true),
      (";expires=-1", nil, true), (";expires=1.5", nil, true), (";expires=4294967296", .max, false),
      (";expires=99999999999999999999999", .max, false), (";expires=0", 0, false),
    ] as [(String, UInt32?, Bool)]
  )
  func expires(_ parameter: String, _ value: UInt32?, _ isMalformed: Bool) {
    Array("<sip:a@b>\(parameter)".utf8).withUnsafeBytes { bytes in
      let contact = ContactView(bytes)
      #expect(contact?.expires == value)
      #expect(contact?.isExpiresMalformed == isMalformed)
    }
  }

  @Test(
    "q is read in thousandths",
    arguments: [
      ("0", 0), ("1", 1000), ("0.5", 500), ("0.333", 333), ("1.000", 1000), ("0.", 0), ("1.001", nil),
      ("2", nil),
      ("0.1234", nil), (".5", nil), ("", nil), ("x", nil),
    ] as [(String, UInt16?)]
  )
  func preference(_ text: String, _ value: UInt16?) {
    Array("<sip:a@b>;q=\(text)".utf8).withUnsafeBytes { #expect(ContactView($0)?.q == value) }
  }

  @Test(
    "what cannot be read for certain is no contact",
    arguments: [
      "", "<sip:a@b", "sip:a@b>", "\"x <sip:a@b>", "<sip:a@b> x", "<sip:a@b>;=x", "<sip:a@b>;a=\"x", "<>",
      "< >",
      "<sip:>", "nourl", "a\"b <sip:a@b>", "<sip:a b@c>", "**", "\"x\" sip:a@b", "1sip:a@b",
    ]
  )
  func unreadable(_ text: String) {
    Array(text.utf8).withUnsafeBytes { #expect(ContactView($0) == nil) }
  }

  @Test("the asterisk is its own kind of value")
  func wildcard() {
    Array("*".utf8).withUnsafeBytes { #expect(ContactView($0)?.isWildcard == true) }
    Array("<sip:a@b>".utf8).withUnsafeBytes { #expect(ContactView($0)?.isWildcard == false) }
  }
}
