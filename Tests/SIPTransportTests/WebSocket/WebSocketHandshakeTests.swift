import SIP
import Testing

@testable import SIPTransport

@Suite struct WebSocketHandshakeTests {
  private func answer(_ rows: String, line: String = "GET /any HTTP/1.1") throws -> (
    text: String, isOpen: Bool
  ) {
    let bytes = Array("\(line)\r\n\(rows)\r\n".utf8)
    let found = try #require(try WebSocketHead.read(bytes))
    #expect(found.length == bytes.count)
    return WebSocketServerHandshake.answer(found.head)
  }

  private static let rows = """
    Host: a\r
    upgrade: WebSocket\r
    Connection: keep-alive, Upgrade\r
    Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r
    Sec-WebSocket-Version: 13\r
    Sec-WebSocket-Protocol: chat, sip\r

    """

  @Test("the answer to a key is that of RFC 6455")
  func accept() {
    #expect(WebSocketAccept.value(for: "dGhlIHNhbXBsZSBub25jZQ==") == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")
    var random = SystemRandomNumberGenerator()
    #expect(WebSocketAccept.isKey(WebSocketAccept.key(using: &random)))
  }

  @Test("WSS-01 a request that offers `sip` is taken, and told so")
  func taken() throws {
    let (text, isOpen) = try answer(Self.rows)
    #expect(isOpen)
    #expect(text.hasPrefix("HTTP/1.1 101 "))
    #expect(text.contains("\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"))
    #expect(text.contains("\r\nSec-WebSocket-Protocol: sip\r\n"))
  }

  @Test("WSS-01 WSS-07 any other request is refused with a code that says why")
  func refused() throws {
    let cases = [
      (Self.rows.replacing("chat, sip", with: "chat"), "400"),
      (Self.rows.replacing("Version: 13", with: "Version: 8"), "426"),
      (Self.rows.replacing("upgrade: WebSocket\r\n", with: ""), "426"),
      (Self.rows.replacing("keep-alive, Upgrade", with: "keep-alive"), "426"),
      (Self.rows.replacing("Host: a\r\n", with: ""), "400"),
      (Self.rows.replacing("dGhlIHNhbXBsZSBub25jZQ==", with: "short"), "400"),
    ]
    for (rows, code) in cases {
      let (text, isOpen) = try answer(rows)
      #expect(!isOpen && text.hasPrefix("HTTP/1.1 \(code) "), "\(rows)")
    }
    #expect(try answer(Self.rows, line: "POST / HTTP/1.1").text.hasPrefix("HTTP/1.1 405 "))
    #expect(try answer(Self.rows, line: "GET / SIP/2.0").text.hasPrefix("HTTP/1.1 400 "))
  }

  @Test("a head is found in any split, and what follows it is left")
  func splits() throws {
    let bytes = Array("GET / HTTP/1.1\r\nA: 1\r\na:\t2 , 3\r\n\r\nrest".utf8)
    for end in 0..<(bytes.count - 4) {
      #expect(try WebSocketHead.read(Array(bytes[..<end]), looked: max(0, end - 1)) == nil)
    }
    let (head, length) = try #require(try WebSocketHead.read(bytes))
    #expect(bytes.count - length == 4)
    #expect(head.elements("a") == ["1", "2", "3"])
    #expect(head.value("a") == nil && head.has("a", "2"))
  }
}
