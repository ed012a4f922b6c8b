import Testing

@testable import SIP

@Suite struct WireAppendingTests {
  private func text(_ body: (inout [UInt8]) -> Void) -> String {
    var bytes: [UInt8] = []
    body(&bytes)
    return String(decoding: bytes, as: UTF8.self)
  }

  @Test("decimal numbers", arguments: [0, 7, 10, 99, 100, 3600, 4_294_967_295, UInt64.max])
  func decimal(_ number: UInt64) { #expect(text { $0.append(decimal: number) } == "\(number)") }

  @Test("hexadecimal numbers have a fixed width")
  func hexadecimal() {
    #expect(text { $0.append(hexadecimal: 0x2a, digits: 8) } == "0000002a")
    #expect(text { $0.append(hexadecimal: .max, digits: 16) } == "ffffffffffffffff")
  }

  @Test("HDR-19 quoted strings escape quotes and backslashes")
  func quoted() { #expect(text { $0.append(quoted: #"A "B" \ <x>, y"#) } == #""A \"B\" \\ <x>, y""#) }

  @Test("hosts are written as they stand in a URI")
  func hosts() throws {
    for host in ["example.com", "192.0.2.255", "0.0.0.0", "[2001:db8::1]"] {
      let parsed = try #require(Host(host))
      #expect(text { $0.append(host: parsed) } == host)
    }
  }
}
