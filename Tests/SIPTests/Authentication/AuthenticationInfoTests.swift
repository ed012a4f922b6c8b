import Testing

@testable import SIP

@Suite struct AuthenticationInfoTests {
  @Test("AUT-50 nextnonce is used for the next request, with nc 1 and a new cnonce")
  func nextNonceIsUsed() throws {
    var exchange = registered()
    let old = exchange.send().first?["cnonce"]
    #expect(exchange.receiveInfo(#"nextnonce="n2\"=", qop=auth"#) == true)
    exchange.authenticator.attemptSucceeded()
    exchange.authenticator.beginAttempt()
    let answer = try #require(exchange.send().first)
    #expect(answer["nonce"] == #""n2\"=""#)
    #expect(answer["nc"] == "00000001")
    #expect(answer["cnonce"] != old)
    #expect(answer.value("response") == answer.expectedResponse(.md5, nonce: #"n2\"="#))
  }

  @Test("AUT-51 a nextnonce that the server then refuses costs one more round")
  func aBadNextNonceCostsOneRound() {
    var exchange = registered()
    #expect(exchange.receiveInfo(#"nextnonce="bad""#) == true)
    exchange.authenticator.attemptSucceeded()
    exchange.authenticator.beginAttempt()
    _ = exchange.send()
    #expect(exchange.receive(#"Digest realm="r", nonce="good", qop="auth""#) == .retry)
    #expect(exchange.send().first?.value("nonce") == "good")
  }

  @Test("AUT-52 rspauth proves the server: right and wrong")
  func responseProofIsChecked() throws {
    var right = registered()
    let sent = try #require(right.send().first)
    let proof = sent.expectedResponse(.md5, method: "")
    #expect(right.receiveInfo(#"qop=auth, rspauth="\#(proof)", nextnonce="n2""#) == true)
    #expect(right.send().first?.value("nonce") == "n2")

    var wrong = registered()
    _ = wrong.send()
    #expect(wrong.receiveInfo(#"rspauth="\#(String(repeating: "0", count: 32))""#) == false)
    #expect(wrong.send().isEmpty)
    var short = registered()
    _ = short.send()
    #expect(short.receiveInfo(#"rspauth="00""#) == false)
  }

  @Test("AUT-53 what cannot be read or belongs to nobody changes nothing")
  func theUnreadableChangesNothing() {
    var exchange = registered()
    _ = exchange.send()
    #expect(exchange.receiveInfo("=,=\"x") == true)
    #expect(exchange.receiveInfo("nextnonce=\"a\r\nb\"") == true)
    #expect(exchange.send().first?.value("nonce") == "n")
    let none = Array("nextnonce=\"x\"".utf8).withUnsafeBytes {
      exchange.authenticator.receiveAuthenticationInfo($0, from: .proxy, uri: exchange.uri)
    }
    #expect(none)
    #expect(exchange.send().first?.value("nonce") == "n")
  }

  private func registered() -> Exchange {
    var exchange = Exchange()
    _ = exchange.receive(#"Digest realm="r", nonce="n", qop="auth""#)
    _ = exchange.send()
    return exchange
  }
}
