import Testing

@testable import SIP

@Suite struct BackoffTests {
  @Test("OUT-18 LOD-07 TRAP-25 each wait is a random half to whole of the table of RFC 5626, appendix A")
  func eachWaitIsInTheTable() {
    var random = RandomSource(seed: 1)
    let wholes: [Int64] = [60, 120, 240, 480, 960, 1800, 1800]
    for (index, whole) in wholes.enumerated() {
      for _ in 0..<200 {
        let delay = Backoff().delay(failures: index + 1, using: &random)
        #expect(delay >= .seconds(whole) / 2 && delay <= .seconds(whole))
      }
    }
  }

  @Test("OUT-18 the waits are spread evenly over the window")
  func theWaitsAreSpreadEvenly() {
    var random = RandomSource(seed: 2)
    var bins = [0, 0, 0]
    for _ in 0..<3000 {
      let delay = Backoff().delay(failures: 1, using: &random)
      bins[min(2, Int(delay.nanoseconds - 30_000_000_000) / 10_000_000_000)] += 1
    }
    #expect(bins.allSatisfy { (850...1150).contains($0) })
  }

  @Test func itStaysInItsBoundsForEverAndForOddValues() {
    var random = RandomSource(seed: 3)
    for failures in [-1, 0, 64, Int.max] {
      let delay = Backoff().delay(failures: failures, using: &random)
      #expect(delay >= .seconds(30) && delay <= .seconds(1800))
    }
    let huge = Backoff(base: .seconds(1 << 40), max: .seconds(10)).delay(failures: 40, using: &random)
    #expect(huge >= .seconds(5) && huge <= .seconds(10))
    #expect(Backoff(base: .zero, max: .zero).delay(failures: 1, using: &random) == .zero)
  }
}
