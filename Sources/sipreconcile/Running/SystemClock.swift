import Reconcile
import SIP

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The machine's clocks.
struct SystemClock: RunClock {
  private let start = ContinuousClock.now

  var now: SIP.Instant {
    let (seconds, attoseconds) = (ContinuousClock.now - start).components
    return SIP.Instant(nanoseconds: seconds * 1_000_000_000 + attoseconds / 1_000_000_000)
  }

  var time: Timestamp { Timestamp(milliseconds: Int64(Date().timeIntervalSince1970 * 1000)) }

  func sleep(until instant: SIP.Instant) async throws {
    try await ContinuousClock().sleep(until: start + .nanoseconds(instant.nanoseconds))
  }
}
