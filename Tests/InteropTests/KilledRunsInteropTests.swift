import Foundation
import SIP
import TestSupport
import Testing

/// Processes that are killed at random moments, again and again on one state, while the file changes between them
/// and the registrar is slow, forgetful and overloaded now and then.
@Suite(.serialized)
struct KilledRunsInteropTests {
  @Test(
    "REC-63 REC-64 REC-65 REG-11 kill -9 at random moments of applies and watches loses and doubles nothing",
    arguments: [UInt64](1...5)
  )
  func killedAtRandomMoments(seed: UInt64) async throws {
    try await KilledRuns.with(seed: seed) { runs in
      try await runs.applyOnce()
      var left = (applies: 12, watches: 8)
      while left.applies + left.watches > 0 {
        try await runs.edit()
        let isApply = runs.choose(left.applies, left.watches)
        let isKilled = try await isApply ? runs.applyAndKill() : runs.watchAndKill()
        if isKilled, isApply { left.applies -= 1 } else if isKilled { left.watches -= 1 }
      }
      try await runs.expectConvergence()
      #expect(runs.moments.inFlight > 0, "nothing was ever on its way: \(runs.moments)")
    }
  }

  @Test("REG-13 REC-88 TRAP-07 however fast the file changes, no identity has two REGISTERs on their way")
  func oneAtATime() async throws {
    try await KilledRuns.with(seed: 6) { runs in
      try await runs.editUnderWay(times: 15)
      try await runs.expectConvergence()
    }
  }

  @Test(
    "REC-90 SIGTERM at random moments ends applies and watches with the state written, and nothing is lost",
    arguments: [UInt64](7...8)
  )
  func stoppedAtRandomMoments(seed: UInt64) async throws {
    try await KilledRuns.with(seed: seed) { runs in
      try await runs.applyOnce()
      for round in 0..<10 {
        try await runs.edit()
        try await runs.stop(isApply: round % 2 == 0)
      }
      try await runs.expectConvergence()
    }
  }
}
