import Testing

@testable import SIP

struct FailoverTests {
  private static let start = Instant(nanoseconds: 1_000_000_000_000)

  private static func server(_ last: UInt32) -> Target.Server {
    Target.Server(Endpoint(address: .ipv4(IPv4Address(value: 0xc000_0200 + last)), port: 5060), .udp)
  }

  private static func target(_ last: UInt32, priority: UInt16 = 0, weight: UInt16 = 0, record: Int? = nil)
    -> Target
  {
    let record = record ?? Int(last)
    let name = "h\(record).example.org"
    return Target(
      server(last),
      domain: .name("example.org"),
      origin: .service(
        name: "_sip._udp.example.org",
        SRVRecord(priority: priority, weight: weight, port: 5060, target: name)
      ),
      rank: Int(priority),
      record: record
    )
  }

  /// A destination, what is known of its servers, and time.
  private struct Scene {
    var failover = Failover()
    var health = ServerHealth()
    var random = RandomSource(seed: 1)
    var now = FailoverTests.start

    init(_ targets: [Target]) { failover.locate(targets) }

    mutating func first(keeping kept: Int? = nil) -> Failover.Choice {
      failover.first(keeping: kept, health: &health, at: now, using: &random)
    }

    mutating func next(after tried: [Int]) -> Failover.Choice {
      failover.next(after: tried, health: &health, at: now, using: &random)
    }

    mutating func fail(_ last: UInt32) { health.failed(FailoverTests.server(last), at: now) }
    mutating func answer(_ last: UInt32) { health.answered(FailoverTests.server(last), at: now) }
  }

  @Test(
    "DNS-09 servers of one priority share by weight, within three standard deviations; a later priority waits"
  )
  func weights() {
    var scene = Scene([
      Self.target(1, priority: 10, weight: 60), Self.target(2, priority: 10, weight: 30),
      Self.target(3, priority: 10, weight: 10), Self.target(4, priority: 20, weight: 1000),
    ])
    var counts = [0, 0, 0, 0]
    for _ in 0..<10_000 {
      guard case .use(let number) = scene.first() else { continue }
      counts[number] += 1
    }
    #expect(counts[3] == 0)
    for (count, share) in zip(counts, [0.6, 0.3, 0.1]) {
      let sigma = (10_000 * share * (1 - share)).squareRoot()
      // The number that decides is one of 101, not of 100 (RFC 2782): a hundredth of slack.
      #expect(abs(Double(count) - 10_000 * share) < 3 * sigma + 100)
    }
  }

  @Test("DNS-09 a weight of 0 has a small chance beside others, and an equal one among its like")
  func zeroWeights() {
    var scene = Scene([Self.target(1, weight: 0), Self.target(2, weight: 9)])
    let chosen = (0..<1000).map { _ in scene.first() }
    let small = chosen.filter { $0 == .use(0) }.count
    #expect(small > 0 && small < 300)
    var equal = Scene([Self.target(1), Self.target(2)])
    let half = (0..<1000).filter { _ in equal.first() == .use(0) }.count
    #expect(half > 400 && half < 600)
  }

  @Test("DNS-10 DNS-14 all addresses of a record are tried before another record")
  func addressesOfOneRecord() {
    var scene = Scene([
      Self.target(1, priority: 1, record: 0), Self.target(2, priority: 1, record: 0),
      Self.target(3, priority: 2),
    ])
    #expect(scene.first() == .use(0))
    scene.fail(1)
    #expect(scene.next(after: [0]) == .use(1))
    scene.fail(2)
    #expect(scene.next(after: [0, 1]) == .use(2))
    scene.fail(3)
    #expect(scene.next(after: [0, 1, 2]) == .exhausted)
  }

  @Test("REG-63 an account stays with the server that accepted it, and a new answer does not move it")
  func acceptedServersAreKept() {
    var scene = Scene((1...4).map { Self.target($0) })
    for _ in 0..<100 { #expect(scene.first(keeping: 2) == .use(2)) }
    scene.failover.locate([Self.target(9), Self.target(3), Self.target(1)])
    for _ in 0..<100 { #expect(scene.first(keeping: 2) == .use(2)) }
    #expect(scene.failover.listed == [4, 2, 0])
    scene.failover.locate([Self.target(9)])
    #expect(scene.first(keeping: 2) == .use(4), "the records do not name it any more")
  }

  @Test("DNS-24 a server that failed is avoided by all, and used if nothing else is left, the earliest first")
  func restingServers() {
    var scene = Scene([Self.target(1, priority: 1), Self.target(2, priority: 2)])
    scene.fail(1)
    for _ in 0..<20 { #expect(scene.first() == .use(1)) }
    #expect(scene.first(keeping: 0) == .use(1))
    scene.now = scene.now + .seconds(5)
    scene.fail(2)
    #expect(scene.first() == .use(0))
    #expect(scene.next(after: [0]) == .use(1))
  }

  @Test("DNS-26 a better server that is back is tried by one account first, and then returned to one by one")
  func orderlyReturn() {
    var scene = Scene([Self.target(1, priority: 1), Self.target(2, priority: 2)])
    scene.fail(1)
    scene.now = scene.now + .seconds(61)
    let trying = (0..<100).map { _ in scene.first(keeping: 1) }
    #expect(trying.filter { $0 == .use(0) }.count == 1, "one finds out")
    scene.fail(1)
    #expect((0..<100).allSatisfy { _ in scene.first(keeping: 1) == .use(1) })
    scene.now = scene.now + .seconds(121)
    while scene.first(keeping: 1) != .use(0) {}
    scene.answer(1)
    let returning = (0..<1000).filter { _ in scene.first(keeping: 1) == .use(0) }.count
    #expect(returning > 150 && returning < 350)
  }

  @Test("a trial whose end nobody reported does not keep a server out for ever")
  func lapsedTrials() {
    var scene = Scene([Self.target(1, priority: 1), Self.target(2, priority: 2)])
    scene.fail(1)
    scene.now = scene.now + .seconds(61)
    #expect(scene.first() == .use(0) && scene.first() == .use(1))
    scene.now = scene.now + .seconds(37)
    #expect(scene.first() == .use(0))
  }

  @Test("UAC-40 LOD-09 a server that asked for quiet gets none of it broken; the others of its set are used")
  func quietServers() {
    var scene = Scene([Self.target(1), Self.target(2, priority: 2)])
    let end = scene.now + .seconds(100)
    scene.health.leaveAlone(Self.server(1), until: end, at: scene.now)
    scene.answer(1)
    scene.fail(1)
    #expect(scene.first(keeping: 0) == .use(1))
    #expect(scene.next(after: [1]) == .exhausted)
    scene.health.leaveAlone(Self.server(2), until: end + .seconds(5), at: scene.now)
    #expect(scene.first(keeping: 0) == .wait(until: end))
    scene.now = end
    #expect(scene.first(keeping: 0) == .use(0))
  }

  @Test("a destination without servers is exhausted at once")
  func noServers() {
    var scene = Scene([])
    #expect(scene.first() == .exhausted && scene.next(after: []) == .exhausted)
  }
}
