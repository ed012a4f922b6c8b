/// The wait before a retry (RFC 5626, 4.5): W = min(max, base × 2^failures), and of it a random half to whole.
///
/// With the defaults the first retry comes after 30 to 60 s, and from the sixth on after 15 to 30 minutes.
package struct Backoff: Hashable, Sendable {
  private let base: Duration
  private let max: Duration

  package init(base: Duration = .seconds(30), max: Duration = .seconds(1800)) {
    self.base = base
    self.max = max
  }

  /// The wait after so many failures in a row, the last one included; none counts as one.
  package func delay(failures: Int, using random: inout some RandomNumberGenerator) -> Duration {
    let doublings = Swift.min(Swift.max(failures, 1), 40)
    let (product, overflow) = base.nanoseconds.multipliedReportingOverflow(by: 1 << doublings)
    let whole = Swift.max(0, overflow ? max.nanoseconds : Swift.min(product, max.nanoseconds))
    return .nanoseconds(Int64.random(in: whole / 2...whole, using: &random))
  }
}
