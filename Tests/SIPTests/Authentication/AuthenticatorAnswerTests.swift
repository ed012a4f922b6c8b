import Testing

@testable import SIP

/// What stands in the header rows of an answer.
@Suite struct AuthenticatorAnswerTests {
  @Test("AUT-01 a 401 is answered with Authorization, a 407 with Proxy-Authorization")
  func answersInTheFieldThatWasAsked() {
    var registrar = Exchange()
    #expect(registrar.receive(#"Digest realm="r", nonce="n""#, from: .registrar) == .retry)
    #expect(registrar.send().map(\.field) == ["Authorization"])
    var proxy = Exchange()
    #expect(proxy.receive(#"Digest realm="r", nonce="n""#, from: .proxy) == .retry)
    #expect(proxy.send().map(\.field) == ["Proxy-Authorization"])
  }

  @Test("AUT-04 AUT-05 TRAP-09 TRAP-10 the row is byte for byte as the RFCs want it")
  func theRowIsAsTheRFCsWantIt() throws {
    var exchange = Exchange()
    _ = exchange.receive(
      #"Digest realm="atlanta.example.com", nonce="dcd98b", opaque="5c", algorithm=MD5, qop="auth""#
    )
    let answer = try #require(exchange.send().first)
    let response = answer.expectedResponse(.md5)
    let cnonce = try #require(answer.value("cnonce"))
    #expect(
      answer.row == #"Authorization: Digest username="alice", realm="atlanta.example.com", nonce="dcd98b", "#
        + #"uri="sip:atlanta.example.com", response="\#(response)", algorithm=MD5, opaque="5c", "#
        + #"cnonce="\#(cnonce)", qop=auth, nc=00000001"#
    )
  }

  @Test("AUT-54 where a server takes hashed user names, ours is sent plainly, and not said to be hashed")
  func userNamesAreNotHashed() throws {
    var exchange = Exchange()
    _ = exchange.receive(#"Digest realm="r", nonce="n", qop="auth", userhash=true"#)
    let answer = try #require(exchange.send().first)
    #expect(answer.value("username") == "alice")
    #expect(answer["userhash"] == nil && answer["username*"] == nil)
  }

  @Test("AUT-07 the algorithm is repeated as it was written, and left out where it was absent")
  func theAlgorithmIsRepeated() {
    var lower = Exchange()
    _ = lower.receive(#"Digest realm="r", nonce="n", algorithm=md5, qop="auth""#)
    #expect(lower.send().first?["algorithm"] == "md5")
    var absent = Exchange()
    _ = absent.receive(#"Digest realm="r", nonce="n", qop="auth""#)
    #expect(absent.send().first?["algorithm"] == nil)
  }

  @Test("AUT-09 every algorithm is answered rightly", arguments: DigestAlgorithm.allCases)
  func everyAlgorithmIsAnsweredRightly(algorithm: DigestAlgorithm) throws {
    var exchange = Exchange()
    _ = exchange.receive(#"Digest realm="r", nonce="n", algorithm=\#(algorithm.rawValue), qop="auth""#)
    let answer = try #require(exchange.send().first)
    #expect(answer.value("response") == answer.expectedResponse(algorithm))
    #expect(answer["algorithm"] == algorithm.rawValue)
  }

  @Test("AUT-17 a user name may hold anything: escaped on the wire, hashed as it is")
  func aUserNameMayHoldAnything() throws {
    for username in ["alice@example.com", #"a"b\c"#, "müller", "a b"] {
      var exchange = Exchange([Credential(username: username, proof: .password(Secret("secret")))])
      _ = exchange.receive(#"Digest realm="r", nonce="n", qop="auth""#)
      let answer = try #require(exchange.send().first)
      let escaped = username == #"a"b\c"# ? #"a\"b\\c"# : username
      #expect(answer.row.contains("username=\"\(escaped)\""))
      #expect(answer.value("response") == answer.expectedResponse(.md5, username: username))
    }
  }

  @Test("A user name with a line break never reaches a message")
  func aUserNameWithALineBreakIsNotUsed() {
    var exchange = Exchange([Credential(username: "a\r\nX: y", proof: .password(Secret("secret")))])
    guard case .unusable = exchange.receive(#"Digest realm="r", nonce="n""#) else {
      Issue.record("the credential was used")
      return
    }
    #expect(exchange.send().isEmpty)
  }

  @Test("AUT-20 AUT-24 of several qop values the answer has auth, with cnonce and nc")
  func answersWithAuth() {
    var exchange = Exchange()
    _ = exchange.receive(#"Digest realm="r", nonce="n", qop="auth-int , auth,foo""#)
    let answer = exchange.send().first
    #expect(answer?["qop"] == "auth")
    #expect(answer?["nc"] == "00000001")
    #expect(answer?["cnonce"] != nil)
  }

  @Test("AUT-21 TRAP-10 without qop the answer has the form of RFC 2069")
  func answersInTheFormOfRFC2069() throws {
    var exchange = Exchange()
    _ = exchange.receive(#"Digest realm="r", nonce="n""#)
    let answer = try #require(exchange.send().first)
    #expect(answer["qop"] == nil)
    #expect(answer["nc"] == nil)
    #expect(answer["cnonce"] == nil)
    #expect(answer.value("response") == answer.expectedResponse(.md5))
  }

  @Test("AUT-23 auth-int alone is answered with the hash of the empty body")
  func answersAuthInt() throws {
    for algorithm in [DigestAlgorithm.md5, .sha256] {
      var exchange = Exchange()
      _ = exchange.receive(#"Digest realm="r", nonce="n", algorithm=\#(algorithm.rawValue), qop="auth-int""#)
      let answer = try #require(exchange.send().first)
      #expect(answer["qop"] == "auth-int")
      #expect(answer.value("response") == answer.expectedResponse(algorithm))
    }
  }

  @Test("AUT-26 a -sess answer keeps the first cnonce while the nonce is reused")
  func aSessionKeepsItsFirstCnonce() throws {
    var exchange = Exchange()
    _ = exchange.receive(#"Digest realm="r", nonce="n", algorithm=MD5-sess, qop="auth""#)
    let first = try #require(exchange.send().first)
    exchange.authenticator.attemptSucceeded()
    exchange.authenticator.beginAttempt()
    let second = try #require(exchange.send().first)
    #expect(second["nc"] == "00000002")
    #expect(second["cnonce"] == first["cnonce"])
    #expect(second.value("response") == second.expectedResponse(.md5Session))
    _ = exchange.receive(#"Digest realm="r", nonce="other", algorithm=MD5-sess, qop="auth""#)
    let third = try #require(exchange.send().first)
    #expect(third["cnonce"] != first["cnonce"])
    #expect(third.value("response") == third.expectedResponse(.md5Session))
  }

  @Test("AUT-32 SEC-21 the cnonce has 64 random bits and does not repeat")
  func theCnonceDoesNotRepeat() {
    var exchange = Exchange()
    var seen: Set<String> = []
    for round in 0..<1000 {
      exchange.authenticator.beginAttempt()
      _ = exchange.receive(#"Digest realm="r", nonce="n\#(round)", qop="auth""#)
      if let cnonce = exchange.send().first?.value("cnonce") { seen.insert(cnonce) }
    }
    #expect(seen.count == 1000)
    #expect(seen.allSatisfy { $0.count == 16 })
  }

  @Test("AUT-40 opaque comes back as it was: with a value, empty, or not at all")
  func opaqueComesBackAsItWas() {
    for (given, expected) in [(#", opaque="a=/;,""#, #""a=/;,""#), (#", opaque="""#, #""""#), ("", nil)] {
      var exchange = Exchange()
      _ = exchange.receive(#"Digest realm="r", nonce="n""# + given)
      #expect(exchange.send().first?["opaque"] == expected)
    }
  }

  @Test(
    "AUT-41 realm and nonce are echoed as written and hashed without their escapes",
    arguments: [
      ("r", "abc+/==", "r", "abc+/=="), ("r", "a,b;c", "r", "a,b;c"), ("r", #"a\"b"#, "r", #"a"b"#),
      (#"a \"b\" \\c"#, "n", #"a "b" \c"#, "n"), ("müller", "ß", "müller", "ß"),
      ("r", String(repeating: "x", count: 1000), "r", String(repeating: "x", count: 1000)),
    ]
  )
  func valuesAreEchoedAsWritten(realm: String, nonce: String, plainRealm: String, plainNonce: String) throws {
    var exchange = Exchange()
    _ = exchange.receive("Digest realm=\"\(realm)\", nonce=\"\(nonce)\", qop=\"auth\"")
    let answer = try #require(exchange.send().first)
    #expect(answer.row.contains("realm=\"\(realm)\", nonce=\"\(nonce)\""))
    let cnonce = try #require(answer.value("cnonce"))
    let expected = Answer(
      "Authorization: Digest uri=\"sip:atlanta.example.com\", cnonce=\"\(cnonce)\", qop=auth, nc=00000001"
    ).expectedResponse(.md5, realm: plainRealm.escaped, nonce: plainNonce.escaped)
    #expect(answer.value("response") == expected)
  }
}

extension String {
  /// The content of a quoted string that means this text.
  fileprivate var escaped: String {
    replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
  }
}
