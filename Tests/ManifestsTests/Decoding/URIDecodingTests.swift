import Manifests
import Reconcile
import SIP
import Testing

struct URIDecodingTests {
  @Test(
    "URI-13 URI-14 URI-16 a user part is escaped where it must be, and kept where it is legal",
    arguments: [
      ("a b@c%d/ü", "a%20b%40c%25d/%C3%BC"), ("j@s0n", "j%40s0n"),
      ("+4930123;phone-context=x", "+4930123;phone-context=x"),
      ("null-%00-null", "null-%00-null"), ("%00%00", "%00%00"),
      ("a_b.c!d~e*f'g(h)&=$,?/", "a_b.c!d~e*f'g(h)&=$,?/"),
    ]
  )
  func aUserPartIsEscapedWhereItMustBe(written: String, user: String) {
    #expect(account("identity: \"sip:\(written)@example.com\"")?.identity.uri.user == user)
  }

  @Test("HDR-19 a display name is read without its quotes and written with them")
  func aDisplayNameIsQuoted() {
    let declared = account(#"identity: '"A \"B\" \\ <x>, y" <sip:a@example.com>'"#)
    #expect(declared?.identity.displayName == #"A "B" \ <x>, y"#)
    #expect(declared?.identity.description == #""A \"B\" \\ <x>, y" <sip:a@example.com>"#)
    #expect(account("identity: Alice Cooper <sip:a@example.com>")?.identity.displayName == "Alice Cooper")
    #expect(account("identity: <sip:a@example.com>")?.identity.displayName == nil)
  }

  @Test("REG-01 the registrar has no user part, wherever it comes from")
  func theRegistrarHasNoUserPart() throws {
    let own = try #require(account("identity: sip:alice@example.com:5070"))
    #expect(own.registrar.description == "sip:example.com:5070")
    let result = load(
      "accounts: { a: { identity: sip:alice@example.com, registrar: sip:alice@reg.example.com } }"
    )
    #expect(result.desired?.accounts[0].account.registrar.description == "sip:reg.example.com")
    #expect(result.diagnostics.map(\.severity) == [.warning])
  }

  @Test(
    "UAC-14 a bare host means a loose router there; a whole URI is kept as it is written",
    arguments: [
      ("proxy.example.com:5080", "sip:proxy.example.com:5080;lr"), ("192.0.2.1", "sip:192.0.2.1;lr"),
      ("\"[2001:db8::1]:5060\"", "sip:[2001:db8::1]:5060;lr"),
      ("proxy;transport=tcp", "sip:proxy;transport=tcp;lr"),
      ("sip:proxy.example.com;lr", "sip:proxy.example.com;lr"),
      ("<sip:p.example.com;lr>", "sip:p.example.com;lr"),
    ]
  )
  func aBareHostMeansALooseRouter(written: String, route: String) {
    let declared = account("identity: sip:a@example.com, outboundProxy: \(written)")
    #expect(declared?.outboundProxy.map(\.description) == [route])
  }

  @Test("UAC-11 UAC-12 routes keep their order, and a strict one is kept with a warning")
  func routesKeepTheirOrder() {
    let result = load(
      "accounts: { a: { identity: sip:a@example.com, outboundProxy: [ sip:p1.example.com, sip:p2.example.com;lr ] } }"
    )
    let routes = result.desired?.accounts[0].account.outboundProxy.map(\.description)
    #expect(routes == ["sip:p1.example.com", "sip:p2.example.com;lr"])
    #expect(result.rules == ["strict-route"])
  }

  @Test func contactParametersAreEscapedIntoTheURI() {
    let declared = account(
      "identity: sip:a@example.com, contact: { uri: sip:a@192.0.2.1, uriParameters: { x: 'a b', ob: }, "
        + "parameters: { +sip.src: } }"
    )
    #expect(declared?.contact?.uri.description == "sip:a@192.0.2.1;x=a%20b;ob")
    #expect(declared?.contact?.parameters == [HeaderField("+sip.src", "")])
  }
}
