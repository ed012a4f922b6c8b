import SIP
import Testing

@testable import EngineNIO

struct ContactMappingTests {
  private let start = Instant(nanoseconds: 0)

  private static func address(_ port: UInt16) -> Endpoint {
    Endpoint(address: .ipv4(IPv4Address(value: 0xcb00_7109)), port: port)
  }

  /// What becomes of these ports, told one second after another.
  private func verdicts(
    _ ports: [UInt16],
    _ mapping: inout ContactMapping,
    from begin: Duration = .zero
  ) -> [ContactMapping.Verdict] {
    ports.enumerated().map { number, port in
      mapping.tell(Self.address(port), at: start + begin + .seconds(number))
    }
  }

  @Test func theSameAddressAgainIsNoNews() {
    var mapping = ContactMapping()
    #expect(verdicts([1, 1, 1], &mapping) == [.learned, .same, .same])
    #expect(mapping.address == Self.address(1))
  }

  @Test("TRN-15 a mapping that changes each time is followed twice, and then held for an hour")
  func changesAreFollowedTwice() {
    var mapping = ContactMapping()
    let first = verdicts([1, 2, 3, 4, 5, 6], &mapping)
    #expect(first == [.learned, .moved, .moved, .held(.seconds(3600)), .same, .same])
    #expect(mapping.address == Self.address(3))
  }

  @Test("TRN-15 each further round waits twice as long, a day at most")
  func furtherRoundsWaitLonger() {
    var mapping = ContactMapping()
    _ = verdicts([1, 2, 3, 4], &mapping)
    #expect(verdicts([5, 6, 7], &mapping, from: .seconds(3700)) == [.moved, .moved, .held(.seconds(7200))])
    var begin = Duration.seconds(11_000)
    var pauses: [Duration] = []
    for round in 1...6 {
      let port = UInt16(round * 10)
      let verdicts = verdicts([port, port + 1, port + 2], &mapping, from: begin)
      guard case .held(let pause) = verdicts.last else { continue }
      pauses.append(pause)
      begin += pause + .seconds(10)
    }
    #expect(pauses == [14_400, 28_800, 57_600, 86_400, 86_400, 86_400].map { Duration.seconds($0) })
  }

  @Test func anAddressThatChangesOnceADayIsAlwaysFollowed() {
    var mapping = ContactMapping()
    _ = mapping.tell(Self.address(1), at: start)
    for day in 1...30 {
      let now = start + .seconds(day * 86_400)
      #expect(mapping.tell(Self.address(UInt16(day + 1)), at: now) == .moved)
    }
  }

  @Test func aDayOfRestMakesTheNextPauseShortAgain() {
    var mapping = ContactMapping()
    _ = verdicts([1, 2, 3, 4], &mapping)
    let later = verdicts([5, 6, 7], &mapping, from: .seconds(100_000))
    #expect(later == [.moved, .moved, .held(.seconds(7200))])
    let last = verdicts([8], &mapping, from: .seconds(110_000))
    #expect(last == [.moved])
    let rested = verdicts([9, 10, 11], &mapping, from: .seconds(200_000))
    #expect(rested == [.moved, .moved, .held(.seconds(3600))])
  }

  @Test func aFlowThatIsOpenedAnewForgetsTheAddressAndNotTheCount() {
    var mapping = ContactMapping()
    _ = verdicts([1, 2, 3], &mapping)
    mapping.forget()
    #expect(mapping.address == nil)
    #expect(verdicts([4, 5], &mapping, from: .seconds(10)) == [.learned, .held(.seconds(3600))])
  }
}
