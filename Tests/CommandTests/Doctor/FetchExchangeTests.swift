import SIP
import Testing

@testable import sipreconcile

@Suite struct FetchExchangeTests {
  private static let peer = Endpoint(address: .ipv4(IPv4Address("192.0.2.1")!), port: 5060)

  private static func rows(_ cseq: Int, _ callID: String) -> String {
    "Via: SIP/2.0/UDP 192.0.2.7:40000;branch=z9hG4bK\(cseq)\r\nFrom: <sip:a@b>;tag=1\r\nTo: <sip:a@b>\r\n"
      + "Call-ID: \(callID)\r\nCSeq: \(cseq) REGISTER\r\n"
  }

  private static func request(_ cseq: Int, _ callID: String = "c", extra: String = "") -> WireMessage {
    let text = "REGISTER sip:b SIP/2.0\r\n\(rows(cseq, callID))\(extra)Content-Length: 0\r\n\r\n"
    return WireMessage(isSent: true, peer: peer, text: text)
  }

  private static func answer(_ status: String, _ cseq: Int, _ callID: String = "c", extra: String = "")
    -> WireMessage
  {
    let text = "SIP/2.0 \(status)\r\n\(rows(cseq, callID))\(extra)Content-Length: 0\r\n\r\n"
    return WireMessage(isSent: false, peer: peer, text: text)
  }

  private static let challenge =
    "WWW-Authenticate: Digest realm=\"b\", nonce=\"1\", algorithm=SHA-256\r\n"
    + "WWW-Authenticate: Digest realm=\"b\", nonce=\"2\"\r\n"

  @Test func aChallengeAndItsAnswerAreRead() {
    let exchange = FetchExchange(
      [
        Self.request(1), Self.answer("401 Unauthorized", 1, extra: Self.challenge),
        Self.request(2, extra: "Authorization: Digest username=\"a\", response=\"(removed)\"\r\n"),
        Self.answer("200 OK", 2, extra: "Date: Thu, 01 Jan 1970 00:01:00 GMT\r\n"),
      ],
      callID: "c"
    )
    #expect(exchange.server == Self.peer)
    #expect(exchange.offers.map(\.name) == ["SHA-256", "MD5"])
    #expect(exchange.offers.allSatisfy { $0.realm == "b" && $0.isAnswerable })
    #expect(exchange.sentCredentials)
    #expect(exchange.code == 200)
    #expect(exchange.date == 60)
  }

  @Test("an answer to the request before says nothing of the last")
  func aLateCopy() {
    let exchange = FetchExchange(
      [
        Self.request(1), Self.answer("401 Unauthorized", 1, extra: Self.challenge),
        Self.request(2, extra: "Authorization: Digest username=\"a\"\r\n"),
        Self.answer("401 Unauthorized", 1, extra: Self.challenge), Self.answer("100 Trying", 2),
      ],
      callID: "c"
    )
    #expect(exchange.code == nil)
    #expect(exchange.sentCredentials)
  }

  @Test("messages of others, and what is no SIP, count for nothing")
  func others() {
    let garbage = WireMessage(isSent: false, peer: Self.peer, text: "hello")
    let exchange = FetchExchange(
      [Self.request(1, "other"), Self.answer("200 OK", 1, "other"), garbage],
      callID: "c"
    )
    #expect(exchange == FetchExchange())
  }

  @Test("a scheme that is no digest cannot be answered")
  func basic() {
    let exchange = FetchExchange(
      [
        Self.request(1), Self.answer("401 Unauthorized", 1, extra: "WWW-Authenticate: Basic realm=\"b\"\r\n"),
      ],
      callID: "c"
    )
    #expect(exchange.offers == [FetchExchange.Offer(realm: nil, name: "Basic", isAnswerable: false)])
  }
}
