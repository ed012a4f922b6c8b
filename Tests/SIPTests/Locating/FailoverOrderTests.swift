import Testing

@testable import SIP

@Suite struct FailoverOrderTests {
  private static func target(_ last: UInt32, priority: UInt16, weight: UInt16 = 0, record: Int) -> Target {
    Target(
      Target.Server(Endpoint(address: .ipv4(IPv4Address(value: 0xc000_0200 + last)), port: 5060), .udp),
      domain: .name("example.org"),
      origin: .service(
        name: "_sip._udp.example.org",
        SRVRecord(priority: priority, weight: weight, port: 5060, target: "h\(record).example.org")
      ),
      rank: Int(priority),
      record: record
    )
  }

  @Test("DNS-09 the order goes by priority, within one by weight, and has every server once")
  func byPriorityAndWeight() {
    let list = [
      Self.target(1, priority: 10, weight: 90, record: 0),
      Self.target(2, priority: 10, weight: 10, record: 1),
      Self.target(3, priority: 20, record: 2),
    ]
    var firsts: [Int: Int] = [:]
    for seed in 0..<1000 {
      var random = RandomSource(seed: UInt64(seed))
      let order = Failover.order(of: list, using: &random)
      #expect(Set(order) == Set(list))
      #expect(order.last == list[2])
      firsts[order[0] == list[0] ? 1 : 2, default: 0] += 1
    }
    #expect((860...940).contains(firsts[1] ?? 0))
  }

  @Test("DNS-10 the addresses of one record follow each other")
  func addressesOfARecord() {
    let list = [
      Self.target(1, priority: 10, record: 0), Self.target(2, priority: 10, record: 0),
      Self.target(3, priority: 20, record: 1),
    ]
    var random = RandomSource(seed: 1)
    #expect(Failover.order(of: list, using: &random) == list)
  }

  @Test func nothingHasNoOrder() {
    var random = RandomSource(seed: 1)
    #expect(Failover.order(of: [], using: &random).isEmpty)
  }
}
