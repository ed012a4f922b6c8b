import Testing

@testable import SIP

@Suite struct SIPURIComparisonTests {
  @Test("two URIs that are equivalent are alike only with the same parameters, in whatever order")
  func alikeMeansTheSameParameters() throws {
    let plain = try SIPURI(parsing: "sip:a@example.org")
    let one = try SIPURI(parsing: "sip:a@example.org;x=1;Y=2")
    let other = try SIPURI(parsing: "sip:a@EXAMPLE.org;y=2;X=1")
    #expect(plain.isEquivalent(to: one) && !plain.isAlike(one) && !one.isAlike(plain))
    #expect(one.isAlike(other) && other.isAlike(one))
    #expect(!one.isAlike(try SIPURI(parsing: "sip:a@example.org;x=1;y=3")))
  }

  private func areEqual(_ lhs: String, _ rhs: String) throws -> Bool {
    let (a, b) = (try SIPURI(parsing: lhs), try SIPURI(parsing: rhs))
    #expect(a.isEquivalent(to: b) == b.isEquivalent(to: a))
    return a.isEquivalent(to: b)
  }

  @Test("URI-01 user and password compare by case, everything else does not")
  func letterCase() throws {
    #expect(try !areEqual("sip:Alice@example.com", "sip:alice@example.com"))
    #expect(try !areEqual("sip:a:Pw@example.com", "sip:a:pw@example.com"))
    #expect(try areEqual("SIP:alice@EXAMPLE.com;Transport=UDP", "sip:alice@example.COM;transport=udp"))
  }

  @Test("URI-02 sip and sips are never equal")
  func schemes() throws { #expect(try !areEqual("sip:a@h", "sips:a@h")) }

  @Test("URI-03 an escape equals its character unless that is reserved, and is decoded once")
  func escapes() throws {
    #expect(try areEqual("sip:%61lice@h", "sip:alice@h"))
    #expect(try areEqual("sip:a@h;n%61me=v%61lue", "sip:a@h;name=value"))
    #expect(try areEqual("sip:a%c3%bc@h", "sip:a%C3%BC@h"))
    #expect(try !areEqual("sip:%2541@h", "sip:A@h"))
    #expect(try !areEqual("sip:%2541@h", "sip:%41@h"))
    #expect(try !areEqual("sip:a%3Bb@h", "sip:a;b@h"))
    #expect(try areEqual("sip:a@h;x=%5B1%5D", "sip:a@h;x=[1]"))
  }

  @Test("URI-04 a port left out is not the default port written down")
  func ports() throws { #expect(try !areEqual("sip:u@h", "sip:u@h:5060")) }

  @Test(
    "URI-05 transport, user, ttl, method and maddr on one side only make a difference",
    arguments: ["transport=udp", "user=phone", "ttl=1", "method=REGISTER", "maddr=192.0.2.1"]
  )
  func decisiveParameters(_ parameter: String) throws {
    #expect(try !areEqual("sip:b@h", "sip:b@h;\(parameter)"))
    #expect(try areEqual("sip:b@h;\(parameter)", "sip:b@h;\(parameter)"))
  }

  @Test("URI-06 any other parameter counts only where both have it")
  func otherParameters() throws {
    #expect(try areEqual("sip:b@h", "sip:b@h;line=abc"))
    #expect(try areEqual("sip:b@h;alias=1", "sip:b@h;line=abc"))
    #expect(try !areEqual("sip:b@h;line=abd", "sip:b@h;line=abc"))
    #expect(try !areEqual("sip:b@h;line", "sip:b@h;line=abc"))
  }

  @Test("URI-07 the order of parameters and the case of their names do not matter")
  func parameterOrder() throws {
    #expect(try areEqual("sip:b@h;A=1;transport=tcp;c", "sip:b@h;C;a=1;TRANSPORT=tcp"))
  }

  @Test("URI-08 headers must be on both sides and match, in any order")
  func headers() throws {
    #expect(try !areEqual("sip:b@h?x=1", "sip:b@h"))
    #expect(try areEqual("sip:b@h?x=1&y=2", "sip:b@h?Y=2&x=1"))
    #expect(try !areEqual("sip:b@h?x=1&y=2", "sip:b@h?x=1&y=3"))
    #expect(try !areEqual("sip:b@h?x=1&x=1", "sip:b@h?x=1&x=2"))
  }

  @Test("URI-09 a name never equals an address")
  func namesAndAddresses() throws { #expect(try !areEqual("sip:b@localhost", "sip:b@127.0.0.1")) }

  @Test("URI-10 equality is not transitive")
  func notTransitive() throws {
    #expect(try areEqual("sip:c@h;security=on", "sip:c@h"))
    #expect(try areEqual("sip:c@h", "sip:c@h;security=off"))
    #expect(try !areEqual("sip:c@h;security=on", "sip:c@h;security=off"))
  }

  @Test(
    "URI-11 the examples of RFC 3261, 19.1.4 that are equal",
    arguments: [
      ("sip:%61lice@atlanta.com;transport=TCP", "sip:alice@AtLanTa.CoM;Transport=tcp"),
      ("sip:carol@chicago.com", "sip:carol@chicago.com;newparam=5"),
      ("sip:carol@chicago.com", "sip:carol@chicago.com;security=on"),
      ("sip:carol@chicago.com;newparam=5", "sip:carol@chicago.com;security=on"),
      (
        "sip:biloxi.com;transport=tcp;method=REGISTER?to=sip:bob%40biloxi.com",
        "sip:biloxi.com;method=REGISTER;transport=tcp?to=sip:bob%40biloxi.com"
      ),
      (
        "sip:alice@atlanta.com?subject=project%20x&priority=urgent",
        "sip:alice@atlanta.com?priority=urgent&subject=project%20x"
      ),
    ]
  )
  func equalExamples(_ lhs: String, _ rhs: String) throws { #expect(try areEqual(lhs, rhs)) }

  @Test(
    "URI-11 the examples of RFC 3261, 19.1.4 that differ",
    arguments: [
      ("SIP:ALICE@AtLanTa.CoM;Transport=udp", "sip:alice@AtLanTa.CoM;Transport=UDP"),
      ("sip:bob@biloxi.com", "sip:bob@biloxi.com:5060"),
      ("sip:bob@biloxi.com", "sip:bob@biloxi.com;transport=udp"),
      ("sip:bob@biloxi.com", "sip:bob@biloxi.com:6000;transport=tcp"),
      ("sip:carol@chicago.com", "sip:carol@chicago.com?Subject=next%20meeting"),
      ("sip:bob@phone21.boxesbybob.com", "sip:bob@192.0.2.4"),
    ]
  )
  func differentExamples(_ lhs: String, _ rhs: String) throws { #expect(try !areEqual(lhs, rhs)) }

  @Test("URI-12 IPv6 hosts compare as addresses")
  func ipv6() throws {
    #expect(try areEqual("sip:a@[2001:DB8::1]", "sip:a@[2001:db8:0:0:0:0:0:1]"))
    #expect(try areEqual("sip:a@[::ffff:192.0.2.128]", "sip:a@[::ffff:c000:280]"))
  }

  @Test("URI-16 %00 stays an escape and cuts nothing off")
  func escapedNull() throws {
    #expect(try !areEqual("sip:%00@h", "sip:%00%00@h"))
    #expect(try SIPURI(parsing: "sip:null-%00-null@h").description == "sip:null-%00-null@h")
    #expect(try AddressOfRecord(SIPURI(parsing: "sip:null-%00-null@h")).key == "sip:null-%00-null@h")
  }

  @Test("URI-19 an address of record: decoded user, host in lower case, port kept, no parameters")
  func addressOfRecord() throws {
    let key = { (text: String) in try AddressOfRecord(SIPURI(parsing: text)) }
    #expect(try key("sip:%61lice@Example.COM;user=phone") == key("sip:alice@example.com"))
    #expect(try key("sip:Alice@example.com") != key("sip:alice@example.com"))
    #expect(try key("sip:alice@example.com:5060") != key("sip:alice@example.com"))
    #expect(try key("sips:alice@example.com") != key("sip:alice@example.com"))
    #expect(try key("sip:alice:secret@example.com") == key("sip:alice@example.com"))
  }
}
