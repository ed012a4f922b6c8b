import Testing

@testable import SIP

struct DestinationTests {
  private static func destination(_ uri: String, _ transport: Transport? = nil, isSecure: Bool = false) throws
    -> Destination
  {
    Destination(try SIPURI(parsing: uri), transport: transport, isSecure: isSecure)
  }

  @Test("the account's transport stands over the URI's, and without either DNS is to say")
  func transports() throws {
    #expect(try Self.destination("sip:example.org").transport == nil)
    #expect(try Self.destination("sip:example.org;transport=TCP").transport == .tcp)
    #expect(try Self.destination("sip:example.org;transport=tcp", .udp).transport == .udp)
    #expect(try Self.destination("sip:example.org;transport=sctp").transport == nil)
  }

  @Test("sips, of this URI or of another, means TLS, but leaves it to DNS where to find it")
  func secureTransports() throws {
    #expect(try Self.destination("sips:example.org").transport == nil)
    #expect(try Self.destination("sips:example.org").isSecure)
    #expect(try Self.destination("sips:example.org;transport=tcp").transport == .tls)
    #expect(try Self.destination("sip:example.org;transport=ws", isSecure: true).transport == .wss)
    #expect(try Self.destination("sip:example.org", .udp, isSecure: true).transport == .tls)
  }

  @Test("two spellings of one next hop are one destination")
  func equality() throws {
    #expect(try Self.destination("sip:a@Example.ORG;lr") == Self.destination("sip:example.org"))
    #expect(try Self.destination("sip:example.org:5060") != Self.destination("sip:example.org"))
  }
}
