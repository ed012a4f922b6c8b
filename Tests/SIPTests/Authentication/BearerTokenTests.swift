import Testing

@testable import SIP

/// Bearer tokens (RFC 8898).
struct BearerTokenTests {
  private static let digest = #"Digest realm="r", nonce="n", algorithm=SHA-256, qop="auth""#
  private static let bearer = #"Bearer realm="r", authz_server="https://auth.example.com""#

  private static func token(
    _ text: String = "eyJ.x-1_~+/==",
    realm: String? = nil,
    of servers: [String] = []
  ) -> Credential {
    Credential(
      username: "",
      realm: realm,
      proof: .token(BearerToken(Secret(text), authzServers: servers))
    )
  }

  private static let password = Credential(username: "alice", proof: .password(Secret("secret")))

  /// The rows of the next request as they are sent.
  private func rows(_ exchange: inout Exchange) -> [String] {
    var message: [UInt8] = []
    exchange.authenticator.appendAuthorization(
      to: &message,
      method: "REGISTER",
      uri: exchange.uri,
      using: &exchange.random
    )
    return String(decoding: message, as: UTF8.self).split(separator: "\r\n").map(String.init)
  }

  @Test(
    "TOK-01 a Bearer challenge is read in each spelling",
    arguments: [
      (#"Bearer realm="r", scope="a b", authz_server="https://x/y", error="invalid_token""#, "r", "a b"),
      (#"bearer ERROR=invalid_token,Authz_Server="https://x/y" ,scope = "a b",REALM="\r""#, "r", "a b"),
      (#"BEARER authz_server="https://x/y", x=y, error="invalid_token""#, nil, nil),
    ]
  )
  func parsed(_ row: String, _ realm: String?, _ scope: String?) {
    let parsed = Array(row.utf8).withUnsafeBytes { Challenge.parse($0) }
    let expected = BearerChallenge(
      realm: realm,
      scope: scope,
      authzServer: "https://x/y",
      error: "invalid_token"
    )
    #expect(parsed == .bearer(expected))
  }

  @Test("TOK-01 a Bearer and a Digest challenge in one row are both seen, in either order")
  func bothInOneRow() {
    for row in ["\(Self.bearer), \(Self.digest)", "\(Self.digest), \(Self.bearer)"] {
      var challenges: [ParsedChallenge] = []
      Array(row.utf8).withUnsafeBytes { Challenge.parse($0, into: &challenges) }
      #expect(challenges.count == 2)
      #expect(challenges.contains { if case .bearer = $0 { true } else { false } })
      #expect(challenges.contains { if case .digest = $0 { true } else { false } })
    }
  }

  @Test("TOK-01 AUT-45 without a token a Bearer challenge is passed over")
  func withoutAToken() {
    var exchange = Exchange([Self.password])
    #expect(exchange.receive(Self.bearer) == .unusable("Bearer with a token of https://auth.example.com"))
    #expect(exchange.receive("Bearer", Self.digest) == .retry)
    #expect(exchange.send().map { $0.value("username") } == ["alice"])
  }

  @Test("TOK-03 the token goes with the next request, and with those after it")
  func theTokenIsSent() {
    var exchange = Exchange([Self.token()])
    #expect(rows(&exchange).isEmpty)
    #expect(exchange.receive("Bearer") == .retry)
    #expect(rows(&exchange) == ["Authorization: Bearer eyJ.x-1_~+/=="])
    #expect(exchange.authenticator.hasAnswered)
    exchange.authenticator.attemptSucceeded()
    #expect(!exchange.authenticator.hasAnswered)
    exchange.authenticator.beginAttempt()
    #expect(rows(&exchange) == ["Authorization: Bearer eyJ.x-1_~+/=="])
    exchange.authenticator.forgetNonces()
    #expect(rows(&exchange).isEmpty)
    #expect(exchange.receive("Bearer", from: .proxy) == .retry)
    #expect(rows(&exchange) == ["Proxy-Authorization: Bearer eyJ.x-1_~+/=="])
  }

  @Test("TOK-03 a token that is refused is not sent again; another one is")
  func aRefusedToken() {
    var exchange = Exchange([Self.token()])
    #expect(exchange.receive("Bearer") == .retry)
    _ = rows(&exchange)
    let refusal = #"Bearer realm="r", error="invalid_token""#
    #expect(exchange.receive(refusal) == .tokenRefused(realm: "r", error: "invalid_token"))
    #expect(rows(&exchange).isEmpty)
    #expect(exchange.authenticator.hasToken(BearerToken(Secret("eyJ.x-1_~+/=="))))
    exchange.authenticator.replaceToken(Self.token("new"))
    exchange.authenticator.beginAttempt()
    #expect(exchange.receive(refusal) == .retry)
    #expect(rows(&exchange) == ["Authorization: Bearer new"])
  }

  @Test(
    "TOK-02 only a challenge of a trusted authorization server, named with https, is answered",
    arguments: [
      (["https://auth.example.com/"], "https://AUTH.example.com", true),
      (["https://other.example.com", "HTTPS://auth.example.com"], "https://auth.example.com", true),
      (["https://auth.example.com"], "https://auth.example.com.evil.example", false),
      (["https://auth.example.com/a"], "https://auth.example.com/A", false),
      ([], "https://anything.example", true), ([], "http://auth.example.com", false),
      (["https://auth.example.com"], "http://auth.example.com", false), ([], "https://", false),
    ]
  )
  func trustedServers(_ trusted: [String], _ named: String, _ isAnswered: Bool) {
    var exchange = Exchange([Self.token(of: trusted)])
    let verdict = exchange.receive(#"Bearer realm="r", authz_server="\#(named)""#)
    #expect((verdict == .retry) == isAnswered)
    #expect(rows(&exchange).isEmpty != isAnswered)
  }

  @Test("TOK-05 of Bearer and Digest the token answers where it may, and the password where not")
  func bothAreOffered() {
    for order in [[Self.bearer, Self.digest], [Self.digest, Self.bearer]] {
      var exchange = Exchange([Self.password, Self.token(of: ["https://auth.example.com"])])
      #expect(exchange.receive(order[0], order[1]) == .retry)
      #expect(rows(&exchange).map { $0.prefix(21) } == ["Authorization: Bearer"])

      exchange = Exchange([Self.token(of: ["https://other.example.com"]), Self.password])
      #expect(exchange.receive(order[0], order[1]) == .retry)
      #expect(exchange.send().map { $0.value("username") } == ["alice"])
    }
  }

  @Test("TOK-02 a token with a realm answers that realm alone, and one that would break the line none")
  func realmsAndLines() {
    var exchange = Exchange([Self.token(realm: "elsewhere")])
    #expect(exchange.receive(Self.bearer) != .retry)
    exchange = Exchange([Self.token("a\r\nX: y")])
    #expect(exchange.receive(Self.bearer) != .retry)
    for (text, isGood) in [
      ("a", true), ("a=", true), ("", false), ("=", false), ("a=b", false), ("a b", false),
    ] {
      #expect(BearerToken(Secret(text)).isWellFormed == isGood)
    }
  }
}
