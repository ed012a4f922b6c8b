import Testing

@testable import SIP

struct AddressOrderTests {
  private static func sorted(_ addresses: String...) -> [String] {
    AddressOrder.sorted(addresses.compactMap { Host($0) }).map(\.description)
  }

  @Test("DNS-14 global IPv6 stands before IPv4, and what seldom works behind it")
  func precedence() {
    #expect(Self.sorted("192.0.2.1", "[2001:db8::1]") == ["[2001:db8::1]", "192.0.2.1"])
    #expect(Self.sorted("[fd00::1]", "192.0.2.1") == ["192.0.2.1", "[fd00::1]"])
    #expect(Self.sorted("[2002:1::1]", "192.0.2.1") == ["192.0.2.1", "[2002:1::1]"])
    #expect(Self.sorted("[2001:0:1::1]", "192.0.2.1") == ["192.0.2.1", "[2001:0:1::1]"])
    #expect(Self.sorted("127.0.0.1", "[::1]") == ["[::1]", "127.0.0.1"])
  }

  @Test("DNS-14 the families take turns, each in the order of the answer")
  func turns() {
    let order = Self.sorted("192.0.2.2", "192.0.2.1", "[2001:db8::2]", "[2001:db8::1]", "192.0.2.3")
    #expect(order == ["[2001:db8::2]", "192.0.2.2", "[2001:db8::1]", "192.0.2.1", "192.0.2.3"])
  }

  @Test("an address that is listed twice is tried once")
  func duplicates() {
    #expect(Self.sorted("192.0.2.1", "192.0.2.1") == ["192.0.2.1"])
    #expect(AddressOrder.sorted([]).isEmpty)
  }
}
