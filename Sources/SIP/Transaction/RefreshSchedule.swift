/// When a binding is refreshed: at a random point between 75 % and 90 % of the granted time, so that accounts
/// registered together drift apart, and early enough for the transaction to end before the binding does.
///
/// The limit is one transaction time-out (64 × T1) before expiry, or half of the granted time where that is
/// no longer than two time-outs (RFC 3261, 10.2.4; RFC 5627, 4.2). Where the limit cuts the window, the
/// window keeps its shape and ends there. A grant of a second or two is refreshed once a `floor`, and none is
/// left alone for longer than `ceiling`.
package struct RefreshSchedule: Hashable, Sendable {
  private let timeout: Duration
  private let floor: Duration
  private let ceiling: Duration

  package init(
    timers: TransactionTimers = TransactionTimers(),
    floor: Duration = .seconds(1),
    ceiling: Duration = .seconds(86400)
  ) {
    timeout = timers.timeout
    self.floor = floor
    self.ceiling = ceiling
  }

  /// The wait from the 2xx that granted so many seconds to the refresh.
  ///
  /// `lead` is how many seconds before the end the registrar wants it; where that leaves less than half of what was
  /// granted, half of it is waited for, so that nobody is made to refresh without end.
  package func delay(
    granted seconds: UInt32,
    lead: UInt32? = nil,
    using random: inout some RandomNumberGenerator
  ) -> Duration {
    let granted = Int64(seconds) * 1_000_000_000
    let wanted = lead.map { max(granted - Int64($0) * 1_000_000_000, granted / 2) } ?? granted
    let last = min(granted / 10 * 9, latest(granted: seconds).nanoseconds, wanted)
    let first = min(granted / 4 * 3, last / 6 * 5)
    let drawn = Int64.random(in: first...max(first, last), using: &random)
    return .nanoseconds(max(drawn, floor.nanoseconds))
  }

  /// The latest moment for the refresh to be sent, from the 2xx on.
  package func latest(granted seconds: UInt32) -> Duration {
    let granted = Duration.seconds(Int64(seconds))
    let limit = granted > timeout * 2 ? granted - timeout : granted / 2
    return max(floor, min(limit, ceiling))
  }
}
