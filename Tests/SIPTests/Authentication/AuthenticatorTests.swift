import Testing

@testable import SIP

/// What an authenticator decides about challenges, and which nonce it uses when.
@Suite struct AuthenticatorTests {
  @Test("AUT-56 AUT-57 without a credential nothing is sent, and the realm is named")
  func withoutACredentialTheRealmIsNamed() {
    var exchange = Exchange([])
    let verdict = exchange.receive(#"Digest realm="r", nonce="n", algorithm=SHA-256"#)
    #expect(verdict == .noCredential(realm: "r", algorithms: [.sha256]))
    #expect(exchange.send().isEmpty)
  }

  @Test("AUT-58 nothing is sent where nobody challenged")
  func nothingIsSentUnasked() {
    var exchange = Exchange()
    #expect(exchange.send().isEmpty)
  }

  @Test("SEC-27 AUT-42 a credential with a realm answers exactly that realm")
  func aCredentialAnswersExactlyItsRealm() {
    var exchange = Exchange(realm: "asterisk")
    let verdict = exchange.receive(#"Digest realm="Asterisk", nonce="n""#)
    #expect(verdict == .noCredential(realm: "Asterisk", algorithms: [.md5]))
    #expect(exchange.authenticator.configuredRealms == ["asterisk"])
    #expect(exchange.send().isEmpty)
    #expect(exchange.receive(#"Digest realm="asterisk", nonce="n""#) == .retry)
    var empty = Exchange(realm: "")
    #expect(empty.receive(#"Digest realm="", nonce="n""#) == .retry)
  }

  @Test("AUT-16 a credential for the realm comes before one for any realm")
  func theCredentialOfTheRealmComesFirst() {
    var exchange = Exchange([
      Credential(username: "anyone", proof: .password(Secret("x"))),
      Credential(username: "here", realm: "r", proof: .password(Secret("y"))),
    ])
    _ = exchange.receive(#"Digest realm="r", nonce="n""#)
    #expect(exchange.send().first?.value("username") == "here")
    _ = exchange.receive(#"Digest realm="elsewhere", nonce="n""#)
    #expect(exchange.send().map { $0.value("username") } == ["here", "anyone"])
  }

  @Test("AUT-11 of several challenges for one realm the topmost that we have is answered")
  func theTopmostChallengeIsAnswered() {
    let sha = #"Digest realm="r", nonce="s", algorithm=SHA-256, qop="auth""#
    let md5 = #"Digest realm="r", nonce="m", algorithm=MD5, qop="auth""#
    let unknown = #"Digest realm="r", nonce="u", algorithm=AKAv1-MD5, qop="auth""#
    for (rows, nonce) in [([sha, md5], "s"), ([md5, sha], "m"), ([unknown, md5], "m")] {
      var exchange = Exchange()
      #expect(exchange.receive(rows[0], rows[1]) == .retry)
      #expect(exchange.send().map { $0.value("nonce") } == [nonce])
    }
  }

  @Test("AUT-11 the algorithms of a credential restrict and order")
  func theAlgorithmsOfACredentialOrder() {
    let sha = #"Digest realm="r", nonce="s", algorithm=SHA-256, qop="auth""#
    let md5 = #"Digest realm="r", nonce="m", algorithm=MD5, qop="auth""#
    var preferring = Exchange(algorithms: [.sha256, .md5])
    _ = preferring.receive(md5, sha)
    #expect(preferring.send().map { $0.value("nonce") } == ["s"])
  }

  @Test("AUT-12 where MD5 is excluded, an MD5 challenge gets nothing made from the password")
  func excludedAlgorithmsAreNotAnswered() {
    var exchange = Exchange(algorithms: [.sha256])
    guard case .unusable(let offer) = exchange.receive(#"Digest realm="r", nonce="n", algorithm=MD5"#) else {
      Issue.record("MD5 was answered")
      return
    }
    #expect(offer == #"Digest MD5, which no credential for the realm "r" allows"#)
    #expect(exchange.send().isEmpty)
  }

  @Test("AUT-55 an HA1 is good for its algorithm and its realm only")
  func anHA1IsGoodForItsAlgorithmOnly() throws {
    let digits = Array("r".utf8).withUnsafeBytes {
      DigestAnswer.secret(.md5, username: "alice", realm: $0, password: Secret("secret")).hexDigits
    }
    let credential = Credential(username: "alice", realm: "r", proof: .ha1(Secret(digits), .md5))
    var right = Exchange([credential])
    #expect(right.receive(#"Digest realm="r", nonce="n", qop="auth""#) == .retry)
    let answer = try #require(right.send().first)
    #expect(answer.value("response") == answer.expectedResponse(.md5))
    var session = Exchange([credential])
    _ = session.receive(#"Digest realm="r", nonce="n", algorithm=MD5-sess, qop="auth""#)
    let sessionAnswer = try #require(session.send().first)
    #expect(sessionAnswer.value("response") == sessionAnswer.expectedResponse(.md5Session))
    var algorithm = Exchange([credential])
    guard case .unusable = algorithm.receive(#"Digest realm="r", nonce="n", algorithm=SHA-256"#) else {
      Issue.record("an MD5 HA1 answered SHA-256")
      return
    }
    var realm = Exchange([credential])
    #expect(
      realm.receive(#"Digest realm="q", nonce="n""#) == .noCredential(realm: "q", algorithms: [.md5])
    )
    var broken = Exchange([Credential(username: "alice", proof: .ha1(Secret("12"), .md5))])
    guard case .unusable = broken.receive(#"Digest realm="r", nonce="n""#) else {
      Issue.record("a short HA1 was used")
      return
    }
  }

  @Test(
    "AUT-08 AUT-22 AUT-25 AUT-44 AUT-45 AUT-46 what cannot be answered ends the attempt, and is named",
    arguments: [
      (#"Basic realm="r""#, "Basic"),
      (#"Digest realm="r", nonce="n", algorithm=AKAv1-MD5"#, "Digest AKAv1-MD5"),
      (#"Digest realm="r", nonce="n", qop="foo""#, "Digest MD5 with an unknown qop"),
      (#"Digest realm="r", nonce="n", algorithm=MD5-sess"#, "Digest MD5-sess without qop"),
      (#"Digest realm="r""#, "a challenge that cannot be read"),
    ]
  )
  func whatCannotBeAnsweredEndsTheAttempt(row: String, offer: String) {
    var exchange = Exchange()
    #expect(exchange.receive(row) == .unusable(offer))
    #expect(exchange.send().isEmpty)
  }

  @Test("AUT-46 a 401 without any challenge ends the attempt")
  func noChallengeEndsTheAttempt() {
    var exchange = Exchange()
    let verdict = exchange.authenticator.receive([], from: .registrar)
    #expect(verdict == .unusable("no challenge"))
  }

  @Test("AUT-44 AUT-45 Digest is answered next to Basic and Bearer")
  func digestIsAnsweredNextToOthers() {
    var exchange = Exchange()
    #expect(exchange.receive(#"Basic realm="r""#, "Bearer", #"Digest realm="r", nonce="n""#) == .retry)
    #expect(exchange.send().count == 1)
  }

  @Test("AUT-13 several realms are answered in one request, a row each")
  func severalRealmsAreAnsweredTogether() {
    var exchange = Exchange([
      Credential(username: "a", realm: "one", proof: .password(Secret("x"))),
      Credential(username: "b", realm: "two", proof: .password(Secret("y"))),
    ])
    let verdict = exchange.receive(
      #"Digest realm="one", nonce="1""#,
      #"Digest realm="two", nonce="2""#,
      from: .proxy
    )
    #expect(verdict == .retry)
    let rows = exchange.send()
    #expect(rows.map { $0.value("realm") } == ["one", "two"])
    #expect(rows.map { $0.value("username") } == ["a", "b"])
  }

  @Test("AUT-14 AUT-15 TRAP-12 a 407 and then a 401 are both answered, and both answers stay")
  func proxyAndRegistrarAreBothAnswered() {
    var exchange = Exchange()
    #expect(exchange.receive(#"Digest realm="p", nonce="1", qop="auth""#, from: .proxy) == .retry)
    #expect(exchange.send().map(\.field) == ["Proxy-Authorization"])
    #expect(exchange.receive(#"Digest realm="r", nonce="2", qop="auth""#) == .retry)
    let both = exchange.send()
    #expect(both.map(\.field) == ["Proxy-Authorization", "Authorization"])
    #expect(both.map { $0["nc"] } == ["00000002", "00000001"])
    exchange.authenticator.attemptSucceeded()
    exchange.authenticator.beginAttempt()
    #expect(exchange.send().map(\.field) == ["Proxy-Authorization", "Authorization"])
  }

  @Test("AUT-14 a proxy with a nonce for each request may ask once more after the registrar did")
  func aProvedProxyMayAskAgain() {
    var exchange = Exchange()
    _ = exchange.receive(#"Digest realm="p", nonce="1", qop="auth""#, from: .proxy)
    _ = exchange.send()
    _ = exchange.receive(#"Digest realm="r", nonce="2", qop="auth""#)
    _ = exchange.send()
    #expect(exchange.receive(#"Digest realm="p", nonce="3", qop="auth""#, from: .proxy) == .retry)
    #expect(exchange.send().map { $0.value("nonce") } == ["3", "2"])
  }

  @Test("AUT-30 AUT-31 TRAP-10 nc counts each request with a nonce, and begins again with a new one")
  func ncCountsEachRequest() {
    var exchange = Exchange()
    _ = exchange.receive(#"Digest realm="r", nonce="n", qop="auth""#)
    var counts = (1...3).map { _ in exchange.send().first?["nc"] }
    let old = exchange.send().first?["cnonce"]
    exchange.authenticator.beginAttempt()
    counts.append(exchange.send().first?["nc"])
    #expect(counts == ["00000001", "00000002", "00000003", "00000005"])
    _ = exchange.receive(#"Digest realm="r", nonce="new", qop="auth""#)
    let fresh = exchange.send().first
    #expect(fresh?["nc"] == "00000001")
    #expect(fresh?["cnonce"] != old)
  }

  @Test("AUT-33 the same nonce again goes on counting")
  func theSameNonceGoesOnCounting() {
    var exchange = Exchange()
    _ = exchange.receive(#"Digest realm="r", nonce="n", qop="auth""#)
    _ = exchange.send()
    exchange.authenticator.attemptSucceeded()
    exchange.authenticator.beginAttempt()
    _ = exchange.send()
    #expect(exchange.receive(#"Digest realm="r", nonce="n", qop="auth""#) == .retry)
    #expect(exchange.send().first?["nc"] == "00000003")
  }

  @Test("AUT-34 a known nonce is used at once")
  func aKnownNonceIsUsedAtOnce() {
    var exchange = Exchange()
    _ = exchange.receive(#"Digest realm="r", nonce="n", qop="auth""#)
    _ = exchange.send()
    exchange.authenticator.attemptSucceeded()
    exchange.authenticator.beginAttempt()
    #expect(exchange.send().first?.value("nonce") == "n")
    exchange.authenticator.forgetNonces()
    #expect(exchange.send().isEmpty)
  }

  @Test(
    "AUT-35 TRAP-11 an old nonce that is refused, with or without stale, is replaced once",
    arguments: ["", ", stale=true"]
  )
  func anOldNonceThatIsRefusedIsReplaced(stale: String) {
    var exchange = Exchange()
    _ = exchange.receive(#"Digest realm="r", nonce="n", qop="auth""#)
    _ = exchange.send()
    exchange.authenticator.attemptSucceeded()
    exchange.authenticator.beginAttempt()
    _ = exchange.send()
    #expect(exchange.receive(#"Digest realm="r", nonce="n2", qop="auth""# + stale) == .retry)
    #expect(exchange.send().first?.value("nonce") == "n2")
    #expect(exchange.receive(#"Digest realm="r", nonce="n3", qop="auth""#) == .rejected(realm: "r"))
  }

  @Test("AUT-36 TRAP-11 stale for ever ends after three more rounds")
  func staleForEverEnds() {
    var exchange = Exchange()
    _ = exchange.receive(#"Digest realm="r", nonce="0", qop="auth""#)
    _ = exchange.send()
    for round in 1...3 {
      #expect(exchange.receive(#"Digest realm="r", nonce="\#(round)", stale=TRUE"#) == .retry)
      _ = exchange.send()
    }
    #expect(exchange.receive(#"Digest realm="r", nonce="4", stale=true"#) == .tooManyRounds)
    #expect(exchange.receive(#"Digest realm="r", nonce="5", stale=true"#) == .tooManyRounds)
    exchange.authenticator.beginAttempt()
    #expect(exchange.send().isEmpty)
    #expect(exchange.receive(#"Digest realm="r", nonce="6""#) == .retry)
  }

  @Test("AUT-37 AUT-39 TRAP-11 an answer that is refused is not sent again", arguments: ["n", "other"])
  func anAnswerThatIsRefusedIsNotSentAgain(nonce: String) {
    var exchange = Exchange()
    #expect(exchange.receive(#"Digest realm="r", nonce="n", qop="auth""#) == .retry)
    #expect(exchange.send().count == 1)
    #expect(
      exchange.receive(#"Digest realm="r", nonce="\#(nonce)", qop="auth""#) == .rejected(realm: "r")
    )
    #expect(exchange.send().isEmpty)
    // The next attempt does not begin with the wrong answer.
    exchange.authenticator.beginAttempt()
    #expect(exchange.send().isEmpty)
  }

  @Test("AUT-47 realms that take turns are bounded")
  func realmsThatTakeTurnsAreBounded() {
    var exchange = Exchange()
    #expect(exchange.receive(#"Digest realm="a", nonce="1""#) == .retry)
    _ = exchange.send()
    #expect(exchange.receive(#"Digest realm="b", nonce="2""#) == .retry)
    _ = exchange.send()
    #expect(exchange.receive(#"Digest realm="a", nonce="3""#) == .rejected(realm: "a"))
    var endless = Exchange()
    var rounds = 0
    while endless.receive(#"Digest realm="r\#(rounds)", nonce="n""#) == .retry { rounds += 1 }
    #expect(rounds == 4)
  }

  @Test("A realm without a credential is named even when another realm was answered and asks again")
  func theMissingRealmIsNamed() {
    var exchange = Exchange(realm: "a")
    let rows = [#"Digest realm="a", nonce="1""#, #"Digest realm="b", nonce="2""#]
    #expect(exchange.receive(rows[0], rows[1]) == .retry)
    _ = exchange.send()
    #expect(exchange.receive(rows[0], rows[1]) == .noCredential(realm: "b", algorithms: [.md5]))
  }

  @Test("New credentials drop the nonces that the old ones answered")
  func newCredentialsDropTheNonces() throws {
    var exchange = Exchange()
    _ = exchange.receive(#"Digest realm="r", nonce="n", qop="auth""#)
    _ = exchange.send()
    exchange.authenticator.replaceCredentials([
      Credential(username: "alice", proof: .password(Secret("rotated")))
    ])
    #expect(exchange.send().isEmpty)
    exchange.authenticator.beginAttempt()
    _ = exchange.receive(#"Digest realm="r", nonce="n2", qop="auth""#)
    let answer = try #require(exchange.send().first)
    #expect(answer.value("response") == answer.expectedResponse(.md5, password: "rotated"))
  }
}
