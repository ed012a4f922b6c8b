import Testing

@testable import SIP

@Suite struct ResponseWriterTests {
  private func request(via: String, to: String = "<sip:alice@example.com>") -> String {
    "REGISTER sip:example.com SIP/2.0\r\nVia: \(via)\r\nVia: SIP/2.0/TCP p1;branch=z9hG4bKp1\r\n"
      + "From: \"A\" <sip:alice@example.com>;tag=1\r\nTo: \(to)\r\nCall-ID: c@h\r\nCSeq: 7 REGISTER\r\n"
      + "Max-Forwards: 70\r\nContent-Length: 0\r\n\r\n"
  }

  private func answer(_ text: String, from source: Host, port: UInt16) throws -> String {
    try SIPMessage(text).withView { view in
      var writer = ResponseWriter()
      Array("srv".utf8).withUnsafeBytes {
        writer.begin(200, "OK", to: view, from: source, port: port, tag: $0)
      }
      writer.header(.expires) { $0.append(decimal: UInt32(60)) }
      writer.end()
      return String(decoding: writer.bytes, as: UTF8.self)
    }
  }

  private let source = Host.ipv4(IPv4Address("198.51.100.7")!)

  @Test("UAS-15 Via chain, From, Call-ID and CSeq are copied, To gets a tag, and a length closes it")
  func copies() throws {
    let text = request(via: "SIP/2.0/UDP 198.51.100.7:5060;branch=z9hG4bKa, SIP/2.0/UDP p2;branch=z9hG4bKp2")
    #expect(
      try answer(text, from: source, port: 5060)
        == "SIP/2.0 200 OK\r\n"
        + "Via: SIP/2.0/UDP 198.51.100.7:5060;branch=z9hG4bKa, SIP/2.0/UDP p2;branch=z9hG4bKp2\r\n"
        + "Via: SIP/2.0/TCP p1;branch=z9hG4bKp1\r\n"
        + "From: \"A\" <sip:alice@example.com>;tag=1\r\nTo: <sip:alice@example.com>;tag=srv\r\n"
        + "Call-ID: c@h\r\nCSeq: 7 REGISTER\r\nExpires: 60\r\nContent-Length: 0\r\n\r\n"
    )
  }

  @Test("UAS-15 a To that has a tag keeps it")
  func keepsTag() throws {
    let text = request(via: "SIP/2.0/UDP 198.51.100.7;branch=z9hG4bKa", to: "<sip:a@b>;tag=mine")
    #expect(try answer(text, from: source, port: 5060).contains("To: <sip:a@b>;tag=mine\r\n"))
  }

  @Test(
    "UAS-16 received and rport by RFC 3261, 18.2.1 and RFC 3581",
    arguments: [
      ("192.0.2.1:5060;branch=z9hG4bKa", "192.0.2.1:5060;branch=z9hG4bKa;received=198.51.100.7"),
      ("host.example;branch=z9hG4bKa", "host.example;branch=z9hG4bKa;received=198.51.100.7"),
      ("198.51.100.7;branch=z9hG4bKa", "198.51.100.7;branch=z9hG4bKa"),
      (
        "198.51.100.7:5060;rport;branch=z9hG4bKa",
        "198.51.100.7:5060;branch=z9hG4bKa;rport=40123;received=198.51.100.7"
      ),
      (
        "192.0.2.1;branch=z9hG4bKa;received=203.0.113.9;rport=1;x=y",
        "192.0.2.1;branch=z9hG4bKa;x=y;rport=40123;received=198.51.100.7"
      ),
      (
        "192.0.2.1;rport=1;received=203.0.113.9;branch=z9hG4bKa",
        "192.0.2.1;branch=z9hG4bKa;rport=40123;received=198.51.100.7"
      ),
    ]
  )
  func receivedAndPort(_ via: String, _ expected: String) throws {
    let text = try answer(request(via: "SIP/2.0/UDP " + via), from: source, port: 40123)
    #expect(text.contains("\r\nVia: SIP/2.0/UDP \(expected)\r\n"))
  }

  @Test("UAS-16 an IPv6 source compares as an address and is written without brackets")
  func ipv6Source() throws {
    let source = try #require(Host("[2001:db8::9:1]"))
    let same = try answer(
      request(via: "SIP/2.0/UDP [2001:DB8:0::9:1];branch=z9hG4bKa"),
      from: source,
      port: 5060
    )
    #expect(same.contains("Via: SIP/2.0/UDP [2001:DB8:0::9:1];branch=z9hG4bKa\r\n"))
    let other = try answer(
      request(via: "SIP/2.0/UDP [2001:db8::1];branch=z9hG4bKa"),
      from: source,
      port: 5060
    )
    #expect(other.contains("z9hG4bKa;received=2001:db8::9:1\r\n"))
  }
}
