import Testing

@testable import SIP

@Suite struct ChallengeTests {
  @Test(
    "AUT-06 a challenge is read in each spelling",
    arguments: [
      #"Digest realm="r", nonce="n", algorithm=MD5, qop="auth", stale=true"#,
      #"digest REALM="r",NONCE="n",ALGORITHM=md5,QOP=auth,STALE=TRUE"#,
      #"Digest nonce="n" , realm="r" , stale = True , qop = "auth" , algorithm = "MD5""#,
      #"  Digest   realm = "r"  ,nonce= "n",algorithm ="md5", qop=  auth,stale="true""#,
      "Digest\trealm=\"r\",\tnonce=\"n\",\t algorithm=MD5,\tqop=\"auth\", stale=true",
      #"Digest realm=r, nonce=n, algorithm=MD5, qop=auth, stale="TRUE""#,
      #"Digest ,, realm="r",, nonce="n", , algorithm=MD5, qop="auth", stale=true,"#,
      #"DIGEST realm="r" nonce="n" algorithm=MD5 qop="auth" stale=true"#,
      #"Digest domain="sip:a sip:b", realm="r", x=y, nonce="n", algorithm=MD5, qop="auth", stale=true"#,
      #"Digest userhash=true, charset=UTF-8, realm="r", nonce="n", algorithm=MD5, qop="auth", stale=true"#,
    ]
  )
  func isReadInEachSpelling(row: String) throws {
    let challenge = try #require(digest(row))
    #expect(challenge.realm == "r")
    #expect(challenge.nonce == Array("n".utf8))
    #expect(challenge.algorithm == .md5)
    #expect(challenge.qop == .auth)
    #expect(challenge.isStale)
    #expect(challenge.isAnswerable)
  }

  @Test("AUT-07 no algorithm means MD5, and names compare without regard to case")
  func noAlgorithmMeansMD5() throws {
    let absent = try #require(digest(#"Digest realm="r", nonce="n""#))
    #expect(absent.algorithm == .md5)
    #expect(absent.algorithmText == nil)
    let lower = try #require(digest(#"Digest realm="r", nonce="n", algorithm=sha-512-256-SESS, qop="auth""#))
    #expect(lower.algorithm == .sha512t256Session)
    #expect(lower.algorithmText == "sha-512-256-SESS")
  }

  @Test("AUT-08 an unknown algorithm cannot be answered, and keeps its name for the message")
  func anUnknownAlgorithmCannotBeAnswered() throws {
    let challenge = try #require(digest(#"Digest realm="r", nonce="n", algorithm=AKAv1-MD5"#))
    #expect(challenge.algorithm == nil)
    #expect(!challenge.isAnswerable)
    #expect(challenge.algorithmText == "AKAv1-MD5")
  }

  @Test("AUT-20 a qop list may have spaces, any order and unknown values")
  func aQopListMayHaveSpacesAndUnknownValues() throws {
    let both = try #require(digest(#"Digest realm="r", nonce="n", qop="auth-int , auth,foo""#))
    #expect(both.qop == [.auth, .authInt, .unknown])
    #expect(both.qop.answer == .auth)
  }

  @Test("AUT-22 a challenge with only unknown qop values cannot be answered")
  func onlyUnknownQopCannotBeAnswered() throws {
    let challenge = try #require(digest(#"Digest realm="r", nonce="n", qop="foo""#))
    #expect(!challenge.isAnswerable)
  }

  @Test("AUT-25 a -sess algorithm without qop cannot be answered")
  func aSessionAlgorithmNeedsQop() throws {
    let challenge = try #require(digest(#"Digest realm="r", nonce="n", algorithm=MD5-sess"#))
    #expect(!challenge.isAnswerable)
  }

  @Test("AUT-40 an empty opaque is not the same as none")
  func anEmptyOpaqueIsKept() throws {
    #expect(try #require(digest(#"Digest realm="r", nonce="n", opaque="""#)).opaque == [])
    #expect(try #require(digest(#"Digest realm="r", nonce="n""#)).opaque == nil)
    #expect(
      try #require(digest(#"Digest realm="r", nonce="n", opaque="x=/;,""#)).opaque == Array("x=/;,".utf8)
    )
  }

  @Test("AUT-41 values keep their escapes, and the realm is compared without them")
  func valuesKeepTheirEscapes() throws {
    let challenge = try #require(digest(#"Digest realm="a \"b\" \\ c", nonce="n\"=/,;""#))
    #expect(challenge.realm == #"a "b" \ c"#)
    #expect(challenge.realmIs(#"a "b" \ c"#))
    #expect(challenge.nonce == Array(#"n\"=/,;"#.utf8))
    let long = String(repeating: "n", count: 1000)
    #expect(try #require(digest("Digest realm=\"müller\", nonce=\"\(long)\"")).nonce.count == 1000)
    #expect(
      try #require(digest(#"Digest realm="r", nonce=abc+/== , qop=auth"#)).nonce == Array("abc+/==".utf8)
    )
  }

  @Test("AUT-42 a realm is compared exactly, and may be empty")
  func aRealmIsComparedExactly() throws {
    let challenge = try #require(digest(#"Digest realm="Asterisk", nonce="n""#))
    #expect(challenge.realmIs("Asterisk"))
    #expect(!challenge.realmIs("asterisk"))
    #expect(try #require(digest(#"Digest realm="", nonce="n""#)).realmIs(""))
  }

  @Test(
    "AUT-44 AUT-45 other schemes are named, not answered",
    arguments: [
      (#"Basic realm="r""#, "Basic"), ("NTLM", "NTLM"), ("Negotiate YII+/abc==", "Negotiate"),
    ]
  )
  func otherSchemesAreNamed(row: String, name: String) {
    #expect(parse(row) == .otherScheme(name))
  }

  @Test(
    "AUT-46 a challenge without realm or nonce, or one that cannot be read, is malformed",
    arguments: [
      "", "   ", ",", "Digest", #"Digest realm="r""#, #"Digest nonce="n""#, #"Digest realm="r", nonce="n"#,
      #"Digest realm="r\", nonce="n""#, #"Digest realm="r", ="n""#, #"Digest realm="r", nonce=n"x"#,
      #"Digest realm="r", nonce=n\x"#, "Digest realm=\"r\r\nX: y\", nonce=\"n\"",
      "Digest realm=\"r\", nonce=\"n\u{0}\"", #"Digest realm="r", "n""#,
    ]
  )
  func withoutRealmOrNonceItIsMalformed(row: String) {
    #expect(parse(row) == .malformed)
  }

  @Test("HDR-06 of several challenges in one row the first that can be answered counts")
  func theFirstOfACombinedRowCounts() throws {
    let two = #"Digest realm="a", nonce="1", qop="auth", Digest realm="b", nonce="2""#
    #expect(try #require(digest(two)).realm == "a")
    let basic = #"Basic realm="x", Digest realm="b", nonce="2""#
    #expect(try #require(digest(basic)).realm == "b")
    let unknown = #"Digest realm="a", nonce="1", algorithm=XYZ, Digest realm="a", nonce="2", algorithm=MD5"#
    #expect(try #require(digest(unknown)).nonce == Array("2".utf8))
    #expect(try #require(digest(#"NTLM, Digest realm="b", nonce="2""#)).realm == "b")
    #expect(try #require(digest(#"Negotiate abc==, Digest realm="b", nonce="2", NTLM"#)).realm == "b")
  }

  @Test func everyPrefixOfARowIsReadWithoutHarm() {
    let row = Array(#"Digest realm="a\"b", nonce="n=", opaque="", algorithm=MD5, qop="auth,auth-int""#.utf8)
    for length in 0...row.count {
      _ = row[..<length].withUnsafeBytes { Challenge.parse($0) }
    }
    #expect(row.withUnsafeBytes { Challenge.parse($0) } != .malformed)
  }

  @Test func aPartLongerThanSixtyFourKibibytesIsMalformed() {
    let long = String(repeating: "n", count: 65_536)
    #expect(parse("Digest realm=\"r\", nonce=\"\(long)\"") == .malformed)
  }

  private func parse(_ row: String) -> ParsedChallenge {
    Array(row.utf8).withUnsafeBytes { Challenge.parse($0) }
  }

  private func digest(_ row: String) -> Challenge? {
    guard case .digest(let challenge) = parse(row) else { return nil }
    return challenge
  }
}
