import Testing

@testable import SIP

struct OverloadControlTests {
  private struct Seeded: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
      state &+= 0x9e37_79b9_7f4a_7c15
      var mixed = (state ^ (state >> 30)) &* 0xbf58_476d_1ce4_e5b9
      mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
      return mixed ^ (mixed >> 31)
    }
  }

  private static let start = Instant(nanoseconds: 1_000_000_000_000)
  private var control = OverloadControl()
  private var random = Seeded(state: 7)

  private mutating func counts(of requests: Int, at now: Instant) -> (sent: Int, deferred: Int) {
    var (sent, deferred) = (0, 0)
    for _ in 0..<requests {
      switch control.admit(at: now, using: &random) {
      case .now: sent += 1
      case .deferred, .closed: deferred += 1
      }
    }
    return (sent, deferred)
  }

  @Test("of 1000 requests oc=50 defers about half, to the end of its validity, and then none")
  mutating func lossDefersItsShare() {
    control.receive(OverloadFeedback(.loss(percent: 50), validity: .seconds(10), sequence: 1), at: Self.start)
    let (sent, deferred) = counts(of: 1000, at: Self.start + .seconds(9))
    #expect((450...550).contains(sent) && sent + deferred == 1000)

    control.receive(
      OverloadFeedback(.loss(percent: 100), validity: .seconds(10), sequence: 2),
      at: Self.start
    )
    let end = Self.start + .seconds(10)
    #expect(control.admit(at: Self.start, using: &random) == .deferred(until: end))
    #expect(counts(of: 1000, at: end) == (1000, 0))
  }

  @Test("a validity of 0 and a loss of 0 end the control at once")
  mutating func zeroEndsControl() {
    let endings = [
      OverloadFeedback(.loss(percent: 70), validity: .zero, sequence: 2),
      OverloadFeedback(.loss(percent: 0), validity: .seconds(10), sequence: 2),
    ]
    for ending in endings {
      control = OverloadControl()
      control.receive(
        OverloadFeedback(.loss(percent: 100), validity: .seconds(10), sequence: 1),
        at: Self.start
      )
      #expect(control.isRestricted(at: Self.start + .seconds(1)))
      control.receive(ending, at: Self.start + .seconds(1))
      #expect(!control.isRestricted(at: Self.start + .seconds(1)))
      #expect(counts(of: 100, at: Self.start + .seconds(1)) == (100, 0))
    }
  }

  @Test(
    "an answer with the same, an older or no oc-seq changes nothing, even after the control has ended"
  )
  mutating func olderIsIgnored() {
    control.receive(OverloadFeedback(.loss(percent: 100), validity: .seconds(1), sequence: 5), at: Self.start)
    for sequence in [5, 4, nil] as [UInt64?] {
      control.receive(OverloadFeedback(.loss(percent: 0), sequence: sequence), at: Self.start)
      #expect(control.isRestricted(at: Self.start))
    }
    let later = Self.start + .seconds(2)
    control.receive(OverloadFeedback(.loss(percent: 100), validity: .seconds(1), sequence: 4), at: later)
    #expect(!control.isRestricted(at: later))
  }

  @Test("a rate of 10 lets no more than 10 requests go in any second, and loses none")
  mutating func rateIsKept() {
    control.receive(
      OverloadFeedback(.rate(perSecond: 10), validity: .seconds(60), sequence: 1),
      at: Self.start
    )
    var now = Self.start
    var sentAt: [Instant] = []
    while sentAt.count < 100 {
      switch control.admit(at: now, using: &random) {
      case .now: sentAt.append(now)
      case .closed(let until):
        #expect(until > now)
        now = until
      case .deferred: Issue.record("a rate holds all back alike")
      }
    }
    for first in 0..<90 { #expect(sentAt[first + 10] - sentAt[first] >= .seconds(1)) }
    #expect(now <= Self.start + .seconds(11))
  }

  @Test("a rate of 0 lets nothing go until its validity ends; a better rate need not wait for that")
  mutating func rateOfZero() {
    control.receive(OverloadFeedback(.rate(perSecond: 0), validity: .seconds(5), sequence: 1), at: Self.start)
    let end = Self.start + .seconds(5)
    #expect(control.admit(at: Self.start, using: &random) == .closed(until: end))
    #expect(control.admit(at: end, using: &random) == .now)

    control.receive(OverloadFeedback(.rate(perSecond: 1), validity: .seconds(5), sequence: 2), at: end)
    control.receive(OverloadFeedback(.rate(perSecond: 100), validity: .seconds(5), sequence: 3), at: end)
    #expect(control.admit(at: end, using: &random) == .closed(until: end + .milliseconds(10)))
    #expect(control.admit(at: end + .milliseconds(10), using: &random) == .now)
  }
}
