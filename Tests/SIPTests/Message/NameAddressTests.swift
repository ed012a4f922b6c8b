import Testing

@testable import SIP

@Suite struct NameAddressTests {
  @Test(
    "an address as people write it",
    arguments: [
      (#""Alice" <sip:a@b.example>"#, "Alice", "sip:a@b.example"),
      ("<sip:a@b.example>", nil, "sip:a@b.example"),
      ("sip:a@b.example", nil, "sip:a@b.example"),
      ("Alice B. <sip:a@b.example>", "Alice B.", "sip:a@b.example"),
      (#""A \"B\" \\ <x>, y"<sip:a@b.example;lr>"#, #"A "B" \ <x>, y"#, "sip:a@b.example;lr"),
      ("  sip:a@b.example;transport=tcp ", nil, "sip:a@b.example;transport=tcp"),
      ("\"\" <sip:a@b.example>", "", "sip:a@b.example"),
    ] as [(String, String?, String)]
  )
  func parses(_ text: String, _ name: String?, _ uri: String) throws {
    let address = try NameAddress(parsing: text)
    #expect(address.displayName == name)
    #expect(address.uri.description == uri)
  }

  @Test(
    "what is wrong is said",
    arguments: [
      (#""Alice <sip:a@b>"#, NameAddressError.unclosed("\"")), ("Alice <sip:a@b", .unclosed("<")),
      ("Bell, Alexander <sip:a@b>", .unexpected("Bell, Alexander")),
      ("<sip:a@b>;tag=1", .unexpected(";tag=1")),
      (#""Alice" sip:a@b"#, .unexpected("sip:a@b")), ("tel:+49", .uri(.scheme("tel"))),
      ("<>", .uri(.scheme(""))),
      ("alice", .uri(.scheme(""))), ("", .uri(.scheme(""))),
    ]
  )
  func faults(_ text: String, _ error: NameAddressError) {
    #expect(throws: error) { try NameAddress(parsing: text) }
  }

  @Test("HDR-19 a display name is written quoted and escaped, and reads back the same")
  func roundTrip() throws {
    let address = NameAddress(displayName: #"A "B" \ <x>, y"#, uri: try SIPURI(parsing: "sip:a@b.example"))
    #expect(address.description == #""A \"B\" \\ <x>, y" <sip:a@b.example>"#)
    #expect(try NameAddress(parsing: address.description) == address)
  }
}
