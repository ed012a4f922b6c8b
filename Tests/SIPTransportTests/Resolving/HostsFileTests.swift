import SIP
import Testing

@testable import SIPTransport

struct HostsFileTests {
  private static func addresses(_ text: String, _ query: DNSQuery) -> [String]? {
    switch HostsFile(Array(text.utf8)).result(for: query) {
    case .found(let answer):
      answer.records.compactMap { if case .address(let host) = $0.value { host.description } else { nil } }
    case .noRecords: []
    case .noSuchName, .failed, nil: nil
    }
  }

  @Test(
    "names stand behind their address, in any case, on lines with tabs, comments and line ends of all kinds"
  )
  func lines() {
    let text = "# mine\r\n192.0.2.1\tA.example  b # c\r\n 192.0.2.2 b\n2001:db8::1 b\n\n::1 localhost\n"
    #expect(Self.addresses(text, DNSQuery("a.EXAMPLE", .a)) == ["192.0.2.1"])
    #expect(Self.addresses(text, DNSQuery("b", .a)) == ["192.0.2.1", "192.0.2.2"])
    #expect(Self.addresses(text, DNSQuery("b", .aaaa)) == ["[2001:db8::1]"])
    #expect(Self.addresses(text, DNSQuery("a.example", .aaaa)) == [])
    #expect(Self.addresses(text, DNSQuery("c", .a)) == nil)
    #expect(Self.addresses(text, DNSQuery("b", .srv)) == nil)
  }

  @Test("a line that makes no sense is passed over")
  func nonsense() {
    let text = "pbx 192.0.2.1\n192.0.2.300 pbx\nfe80::1%eth0 pbx\n192.0.2.4\n192.0.2.5 pbx"
    #expect(Self.addresses(text, DNSQuery("pbx", .a)) == ["192.0.2.5"])
    #expect(Self.addresses("", DNSQuery("pbx", .a)) == nil)
  }
}
