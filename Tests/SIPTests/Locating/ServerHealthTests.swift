import Testing

@testable import SIP

struct ServerHealthTests {
  @Test("those that are left alone can be named, with the end of it")
  func leftAlone() {
    var health = ServerHealth()
    let (first, second) = (
      Target.Server(Endpoint(address: Host("192.0.2.1")!, port: 5060), .udp),
      Target.Server(Endpoint(address: Host("192.0.2.2")!, port: 5060), .tcp)
    )
    let now = Instant(nanoseconds: 5)
    health.failed(second, at: now)
    health.leaveAlone(first, until: now + .seconds(7), at: now)
    let left = health.leftAlone(at: now)
    #expect(left.map(\.server) == [first, second])
    #expect(left.map(\.standing) == [.quiet(until: now + .seconds(7)), .resting(until: now + .seconds(60))])
    #expect(health.leftAlone(at: now + .seconds(61)).isEmpty)
  }

  private static let start = Instant(nanoseconds: 1_000_000_000_000)

  private static func server(_ last: UInt32) -> Target.Server {
    Target.Server(Endpoint(address: .ipv4(IPv4Address(value: 0xc000_0200 + last)), port: 5060), .udp)
  }

  @Test("a server that answers is as good as new, and takes no room")
  func answersClear() {
    var health = ServerHealth()
    health.failed(Self.server(1), at: Self.start)
    #expect(!health.isSpotless && health.standing(of: Self.server(2), at: Self.start) == .ready)
    health.answered(Self.server(1), at: Self.start + .seconds(1))
    #expect(health.isSpotless && health.standing(of: Self.server(1), at: Self.start) == .ready)
  }

  @Test("one server over another transport is another server")
  func transportsAreApart() {
    var health = ServerHealth()
    health.failed(Self.server(1), at: Self.start)
    let other = Target.Server(Self.server(1).endpoint, .tcp)
    #expect(health.standing(of: other, at: Self.start) == .ready)
  }

  @Test("the rest is a minute, twice as long after each further failure, and ten minutes at most")
  func growingRests() {
    var health = ServerHealth()
    var now = Self.start
    var rests: [Int64] = []
    for _ in 0..<6 {
      health.failed(Self.server(1), at: now)
      health.failed(Self.server(1), at: now)
      guard case .resting(let until) = health.standing(of: Self.server(1), at: now) else { break }
      rests.append((until - now).components.seconds)
      now = until
    }
    #expect(rests == [60, 120, 240, 480, 600, 600])
  }

  @Test("a quiet is an hour at most, and never made shorter")
  func longestQuiet() {
    var health = ServerHealth()
    health.leaveAlone(Self.server(1), until: Self.start + .seconds(90_000), at: Self.start)
    health.leaveAlone(Self.server(1), until: Self.start + .seconds(1), at: Self.start)
    #expect(health.standing(of: Self.server(1), at: Self.start) == .quiet(until: Self.start + .seconds(3600)))
  }
}
