import Testing

@testable import SIP

@Suite struct HostTests {
  @Test(
    "IPv6 addresses in every text form, written in the form of RFC 5952",
    arguments: [
      ("2001:DB8:0:0:0:0:0:1", "2001:db8::1"), ("::", "::"), ("::1", "::1"), ("1::", "1::"),
      ("1:0:0:2:0:0:0:3", "1:0:0:2::3"), ("2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"),
      ("::ffff:192.0.2.128", "::ffff:192.0.2.128"), ("::ffff:c000:280", "::ffff:192.0.2.128"),
      ("1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8"), ("1:2:3:4:5:6:192.0.2.1", "1:2:3:4:5:6:c000:201"),
      ("2001:db8::192.0.2.1", "2001:db8::c000:201"), ("1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"),
    ]
  )
  func ipv6(_ text: String, _ canonical: String) { #expect(IPv6Address(text)?.description == canonical) }

  @Test(
    "what is no IPv6 address",
    arguments: [
      "", ":", ":::", "1", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1::2::3", "12345::", "g::", "1:", ":1",
      "1:2:3:4:5:6:7:8::",
      "::1%eth0", "::192.0.2", "::192.0.2.256", "192.0.2.1", "1:2:3:4:5:6:7:192.0.2.1", "::192.0.2.1:5",
      "::1:", "1:::2",
    ]
  )
  func notIPv6(_ text: String) { #expect(IPv6Address(text) == nil) }

  @Test(
    "IPv4 addresses are four decimal octets",
    arguments: [("192.0.2.1", true), ("192.000.002.001", true), ("0.0.0.0", true)]
  )
  func ipv4(_ text: String, _ isAddress: Bool) { #expect((IPv4Address(text) != nil) == isAddress) }

  @Test(
    "what is no IPv4 address",
    arguments: [
      "", "1.2.3", "1.2.3.4.5", "256.1.1.1", "1..2.3", "1.2.3.4.", ".1.2.3", "0001.2.3.4", "a.b.c.d",
      "1.2.3.4 ",
    ]
  )
  func notIPv4(_ text: String) { #expect(IPv4Address(text) == nil) }

  @Test("IPv4 ranges")
  func ranges() throws {
    #expect(try #require(IPv4Address("127.9.9.9")).isLoopback)
    for text in ["10.1.1.1", "172.31.0.1", "192.168.0.1", "100.64.0.1", "169.254.1.1"] {
      #expect(try #require(IPv4Address(text)).isPrivate)
    }
    for text in ["172.32.0.1", "100.128.0.1", "198.51.100.1"] {
      #expect(try !#require(IPv4Address(text)).isPrivate)
    }
    for text in ["224.0.1.75", "255.255.255.255", "0.0.0.0"] {
      #expect(try !#require(IPv4Address(text)).isUnicast)
    }
  }

  @Test(
    "host names",
    arguments: [
      "h", "example.com", "example.com.", "a_b.example", "1a.example", "3com.com", "xn--mnchen-3ya.de",
    ]
  )
  func names(_ text: String) { #expect(Host(text) == .name(text)) }

  @Test(
    "what is no host",
    arguments: [
      "", ".", "a..b", "-a", "a-", "a b", "a%b", "10.0.0.256", "1.2.3", "[::1", "::1]", "[]", "ü.de",
    ]
  )
  func notHosts(_ text: String) { #expect(Host(text) == nil) }

  @Test("a label is 63 bytes at most, and a name 253")
  func lengths() {
    let label = String(repeating: "a", count: 63)
    #expect(Host(label + ".example") != nil)
    #expect(Host(label + "a.example") == nil)
    #expect(Host([label, label, label, String(repeating: "a", count: 61)].joined(separator: ".")) != nil)
    #expect(Host([label, label, label, String(repeating: "a", count: 62)].joined(separator: ".")) == nil)
  }

  @Test("names compare without regard to case, and never equal an address")
  func equality() {
    #expect(Host("EXAMPLE.com") == Host("example.COM"))
    #expect(Host("EXAMPLE.com")?.hashValue == Host("example.COM")?.hashValue)
    #expect(Host("[::1]") == Host("[0:0:0:0:0:0:0:1]"))
    #expect(Host("localhost") != Host("127.0.0.1"))
    #expect(Host("localhost")?.isLoopback == true)
    #expect(Host("[::]")?.isUnspecified == true)
  }
}
