import TestSupport
import Testing

@testable import SIP

/// What the parser makes of each message of RFC 5118.
@Suite struct TortureIPv6Tests {
  private func fault(_ name: String) -> MessageError? { wireFault(TortureMessage.named(name).bytes) }

  @discardableResult
  private func read<Result>(_ name: String, _ body: (MessageView) throws -> Result) throws -> Result {
    try SIPMessage(TortureMessage.named(name).bytes).withView(body)
  }

  private func requestURI(_ name: String) throws -> SIPURI {
    try read(name) { try SIPURI(parsing: #require($0.requestURI)) }
  }

  @Test("TV6-01 an IPv6 reference in Request-URI, Via and Contact")
  func valid() throws {
    #expect(fault("ipv6-good") == nil)
    #expect(try requestURI("ipv6-good").host == Host("[2001:db8::10]"))
    try read("ipv6-good") { #expect($0.topVia?.sentByHost.text == "[2001:db8::9:1]") }
  }

  @Test("TV6-02 a Request-URI without brackets is 400, and the error says what is missing")
  func withoutBrackets() {
    #expect(fault("ipv6-bad") == .requestURI)
    #expect(throws: SIPURIError.bracketsMissing("2001:db8::10")) { try SIPURI(parsing: "sip:2001:db8::10") }
  }

  @Test("TV6-03 all between the brackets is the address")
  func portAmbiguous() throws {
    #expect(fault("port-ambiguous") == nil)
    #expect(try requestURI("port-ambiguous").host == Host("[2001:db8::10:5070]"))
    #expect(try requestURI("port-ambiguous").port == nil)
  }

  @Test("TV6-04 a port stands behind the brackets")
  func portUnambiguous() throws {
    #expect(fault("port-unambiguous") == nil)
    #expect(try requestURI("port-unambiguous").port == 5070)
  }

  @Test("TV6-05 received with brackets")
  func receivedWithBrackets() throws {
    #expect(fault("via-received-param-with-delim") == nil)
    try read("via-received-param-with-delim") {
      #expect($0.topVia?.received?.text == "[2001:db8::9:255]")
      #expect($0.topVia?.branch?.text == "z9hG4bKas3-111")
    }
  }

  @Test("TV6-06 received without brackets")
  func receivedWithoutBrackets() throws {
    #expect(fault("via-received-param-no-delim") == nil)
    try read("via-received-param-no-delim") { #expect($0.topVia?.received?.text == "2001:db8::9:255") }
  }

  @Test("TV6-07 IPv6 in a session description is only a body")
  func inSession() throws {
    #expect(fault("ipv6-in-sdp") == nil)
    try read("ipv6-in-sdp") { #expect($0.body.count == 251) }
  }

  @Test("TV6-08 both families in one Via chain")
  func mixedVias() throws {
    #expect(fault("mult-ip-in-header") == nil)
    try read("mult-ip-in-header") { #expect($0.topVia?.sentByPort == 6050) }
  }

  @Test("TV6-09 both families in a session description")
  func mixedSession() throws {
    #expect(fault("mult-ip-in-sdp") == nil)
    try read("mult-ip-in-sdp") { #expect($0.body.count == 189) }
  }

  @Test("TV6-10 an IPv4-mapped address")
  func mapped() throws {
    #expect(fault("ipv4-mapped-ipv6") == nil)
    try read("ipv4-mapped-ipv6") { view in
      #expect(view.topVia?.sentByHost.text == "[::ffff:192.0.2.10]")
      #expect(view.topVia?.sentByPort == 19823)
      view.forEachContact {
        #expect($0.uri.text == "sip:ted@[::ffff:192.0.2.2]")
        return true
      }
    }
  }

  @Test("TV6-11 a third colon before four octets is tolerated")
  func threeColons() throws {
    #expect(fault("ipv6-bug-abnf-3-colons") == nil)
    #expect(try requestURI("ipv6-bug-abnf-3-colons").host == Host("[2001:db8::192.0.2.1]"))
    #expect(Host("[2001:db8:::10]") == nil)
    #expect(Host("[2001:db8::::192.0.2.1]") == nil)
  }

  @Test("TV6-12 two colons before four octets")
  func twoColons() throws {
    #expect(fault("ipv6-correct-abnf-2-colons") == nil)
    #expect(try requestURI("ipv6-correct-abnf-2-colons").host == Host("[2001:db8::c000:201]"))
  }
}
