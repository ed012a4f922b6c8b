import Testing

@testable import SIP

@Suite struct SIPURIParserTests {
  @Test("every part is kept as it was written")
  func parts() throws {
    let uri = try SIPURI(parsing: "SIPS:a%20b;x:p&w@Example.com:5071;lr;transport=TCP;e=?Subject=x%20y&k=")
    #expect(uri.scheme == .sips)
    #expect(uri.user == "a%20b;x")
    #expect(uri.password == "p&w")
    #expect(uri.host == .name("example.com"))
    #expect(uri.port == 5071)
    #expect(uri.parameters == [.init("lr"), .init("transport", "TCP"), .init("e", "")])
    #expect(uri.headers == [.init("Subject", "x%20y"), .init("k", "")])
    #expect(uri.description == "sips:a%20b;x:p&w@Example.com:5071;lr;transport=TCP;e=?Subject=x%20y&k=")
  }

  @Test("URI-13 what a user part may not hold is escaped on the way out")
  func escaping() {
    #expect(Escaped.user("j@s0n") == "j%40s0n")
    #expect(Escaped.user("a b@c%d/ü") == "a%20b%40c%25d/%C3%BC")
  }

  @Test("URI-14 what a user part may hold stays as it is")
  func noEscaping() throws {
    #expect(Escaped.user("+4930123;phone-context=x") == "+4930123;phone-context=x")
    #expect(Escaped.user("+-_.!~*'()&=$,;?/") == "+-_.!~*'()&=$,;?/")
    let uri = try SIPURI(parsing: "sip:+-_.!~*'()&=$,;?/@h")
    #expect(uri.user == "+-_.!~*'()&=$,;?/")
  }

  @Test("URI-15 a host holds no escapes")
  func escapeInHost() {
    #expect(throws: SIPURIError.host("ex%61mple.com")) { try SIPURI(parsing: "sip:a@ex%61mple.com") }
  }

  @Test("URI-17 a host is ASCII: an internationalized name must come as its A-label")
  func internationalHost() throws {
    #expect(throws: SIPURIError.host("münchen.example")) { try SIPURI(parsing: "sip:a@münchen.example") }
    #expect(try SIPURI(parsing: "sip:a@xn--mnchen-3ya.example").host == .name("xn--mnchen-3ya.example"))
  }

  @Test(
    "URI-18 port 0, too large, empty, or no number",
    arguments: ["0", "65536", "", "x", "-1", "+5", "005060"]
  )
  func ports(_ port: String) {
    #expect(throws: SIPURIError.port(port)) { try SIPURI(parsing: "sip:a@h:\(port)") }
    #expect(throws: SIPURIError.port(port)) { try SIPURI(parsing: "sip:[::1]:\(port);lr") }
  }

  @Test(
    "each fault has its own error",
    arguments: [
      ("tel:+49301234", SIPURIError.scheme("tel")), ("alice@example.com", .scheme("")), ("", .scheme("")),
      ("sip:@h", .emptyUser), ("sip::p@h", .emptyUser), ("sip:", .host("")), ("sip:a@", .host("")),
      ("sip:a b@h", .character(part: "user", offset: 5)), ("sip:a%2@h", .escape(offset: 5)),
      ("sip:a%zz@h", .escape(offset: 5)), ("sip:a:p;w@h", .character(part: "password", offset: 7)),
      ("sip:a@b@h", .host("b@h")), ("sip:2001:db8::10", .bracketsMissing("2001:db8::10")),
      ("sip:a@[::1", .host("[")), ("sip:a@[fe80::1%eth0]", .host("[fe80::1%eth0]")),
      ("sip:a@h;;lr", .character(part: "parameter", offset: 8)),
      ("sip:a@h;=x", .character(part: "parameter", offset: 8)),
      ("sip:a@h;l r", .character(part: "parameter", offset: 9)),
      ("sip:a@h?", .character(part: "header", offset: 8)),
      ("sip:a@h?x", .character(part: "header", offset: 8)),
      ("sip:a@h?x=1&", .character(part: "header", offset: 12)),
      ("sip:a@10.0.0.256", .host("10.0.0.256")), ("sip:a@-h", .host("-h")), ("sip:a@h..x", .host("h..x")),
    ]
  )
  func faults(_ text: String, _ error: SIPURIError) {
    #expect(throws: error) { try SIPURI(parsing: text) }
  }

  @Test("TV6-03 TV6-04 a port stands behind the brackets, or is part of the address")
  func ipv6Port() throws {
    #expect(try SIPURI(parsing: "sip:[2001:db8::10:5070]").port == nil)
    #expect(try SIPURI(parsing: "sip:[::1]:5070").port == 5070)
  }

  @Test("transport: the parameter, or TLS for a SIPS URI")
  func transport() throws {
    let transports: [(String, Transport?)] = [
      ("sip:h", nil), ("sips:h", .tls), ("sip:h;transport=TcP", .tcp), ("sips:h;transport=tcp", .tls),
      ("sip:h;transport=ws", .ws), ("sips:h;transport=ws", .wss), ("sip:h;transport=sctp", nil),
    ]
    for (text, transport) in transports { #expect(try SIPURI(parsing: text).transport == transport) }
  }

  @Test("a Request-URI for REGISTER has no user, no headers and no method")
  func requestURI() throws {
    let uri = try SIPURI(parsing: "sip:alice:pw@example.com:5070;method=INVITE;lr?Route=x")
    #expect(uri.asRequestURI.description == "sip:example.com:5070;lr")
  }
}
