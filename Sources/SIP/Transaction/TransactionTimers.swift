/// T1, T2 and T4 of RFC 3261, 17.1.2.2, to the millisecond.
///
/// T1 below 500 ms is for tests and private networks only (RFC 3261, 17.1.1.1).
package struct TransactionTimers: Hashable, Sendable {
  private let t1Milliseconds: UInt32
  private let t2Milliseconds: UInt32
  private let t4Milliseconds: UInt32

  /// Values are taken to the millisecond, at least 1 ms and at most 49 days.
  package init(
    t1: Duration = .milliseconds(500),
    t2: Duration = .seconds(4),
    t4: Duration = .seconds(5)
  ) {
    let milliseconds = { (duration: Duration) in
      UInt32(clamping: max(1, duration.nanoseconds / 1_000_000))
    }
    t1Milliseconds = milliseconds(t1)
    t2Milliseconds = milliseconds(t2)
    t4Milliseconds = milliseconds(t4)
  }

  /// The estimate of a round trip: the first interval between copies.
  package var t1: Duration { .milliseconds(Int64(t1Milliseconds)) }
  /// The longest interval between copies.
  package var t2: Duration { .milliseconds(Int64(t2Milliseconds)) }
  /// How long copies of a message may stay in the network.
  package var t4: Duration { .milliseconds(Int64(t4Milliseconds)) }
  /// Timer F: how long an answer is waited for, 64 × T1.
  package var timeout: Duration { .milliseconds(Int64(t1Milliseconds) * 64) }
}
