import Testing

@testable import SIP

struct RedirectRulesTests {
  private static func rules(
    _ domains: [String] = [],
    isSIPS: Bool = false,
    isSecure: Bool = false
  ) -> RedirectRules {
    RedirectRules(domains: domains, registrar: .name("reg.example"), isSIPS: isSIPS, isSecure: isSecure)
  }

  private static func follows(_ uri: String, _ rules: RedirectRules, code: UInt16 = 302) throws -> Bool {
    try rules.target(SIPURI(parsing: uri), q: nil, expires: nil, code: code) != nil
  }

  @Test("SEC-40 without a list only the registrar's own host is followed")
  func theOwnHost() throws {
    #expect(try Self.follows("sip:REG.example:5070", Self.rules()))
    for other in ["sip:a.reg.example", "sip:example", "sip:192.0.2.1", "sip:reg.example.evil"] {
      #expect(try !Self.follows(other, Self.rules()))
    }
  }

  @Test("SEC-43 a redirect names no privileged port but those of HTTP and HTTPS, unless that is allowed")
  func privilegedPorts() throws {
    var rules = Self.rules(["192.0.2.9"])
    for port in [1, 25, 1023] {
      #expect(try !Self.follows("sip:reg.example:\(port)", rules))
      #expect(try Self.follows("sip:192.0.2.9:\(port)", rules), "the file lists the address itself")
    }
    for port in [80, 443, 5061] { #expect(try Self.follows("sip:reg.example:\(port)", rules)) }
    rules.servers = ServerRules(localAddresses: .allow)
    #expect(try Self.follows("sip:reg.example:25", rules))
  }

  @Test("SEC-40 a listed domain stands for itself and the names below it, and for nothing that ends alike")
  func listedDomains() throws {
    let rules = Self.rules(["Carrier.example", "192.0.2.9", "[2001:db8::1]"])
    for uri in [
      "sip:carrier.example", "sip:x.y.carrier.example", "sip:192.0.2.9", "sip:[2001:DB8:0::1]:5080",
    ] {
      #expect(try Self.follows(uri, rules))
    }
    for uri in ["sip:badcarrier.example", "sip:example", "sip:192.0.2.10", "sip:0.0.0.0"] {
      #expect(try !Self.follows(uri, rules))
    }
  }

  @Test("SEC-40 an `maddr` leads to no host that is not allowed itself")
  func maddr() throws {
    #expect(try !Self.follows("sip:reg.example;maddr=192.0.2.66", Self.rules()))
    #expect(try !Self.follows("sip:reg.example;maddr=[bad", Self.rules(["192.0.2.66"])))
    #expect(try Self.follows("sip:reg.example;maddr=192.0.2.66", Self.rules(["192.0.2.66"])))
  }

  @Test("UAC-27 SEC-41 neither sips nor TLS is given up")
  func security() throws {
    #expect(try !Self.follows("sip:reg.example;transport=tls", Self.rules(isSIPS: true)))
    #expect(try Self.follows("sips:reg.example:5071", Self.rules(isSIPS: true)))
    for transport in ["udp", "tcp", "ws"] {
      #expect(try !Self.follows("sip:reg.example;transport=\(transport)", Self.rules(isSecure: true)))
    }
    let open = try #require(
      try Self.rules(isSecure: true).target(
        SIPURI(parsing: "sip:reg.example"),
        q: nil,
        expires: nil,
        code: 302
      )
    )
    #expect(open.isSecure)
    #expect(try Self.follows("sip:reg.example;transport=tls", Self.rules(isSecure: true)))
    #expect(try Self.follows("sips:reg.example", Self.rules()))
  }

  @Test("UAC-22 UAC-23 of a target neither user, method nor headers are taken over")
  func whatIsTakenOver() throws {
    let uri = try SIPURI(parsing: "sip:x:p@reg.example:5070;method=INVITE?Route=%3Csip:evil%3E&Contact=x")
    let target = try #require(Self.rules().target(uri, q: 300, expires: 60, code: 302))
    #expect(target.uri.description == "sip:reg.example:5070")
    #expect(target.q == 300 && target.expires == 60 && !target.isProxy)
    #expect(Self.rules().target(uri, q: nil, expires: nil, code: 305)?.isProxy == true)
  }

  @Test(
    "COD-02 COD-03 only 300, 301, 302 and 305 name a place to go to",
    arguments: 300...399 as ClosedRange<UInt16>
  )
  func codes(code: UInt16) throws {
    #expect(
      try Self.follows("sip:reg.example", Self.rules(), code: code) == [300, 301, 302, 305].contains(code)
    )
  }
}
