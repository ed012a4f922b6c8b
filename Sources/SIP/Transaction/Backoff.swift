/// The wait before a retry (RFC 5626, 4.5): W = min(max, base × 2^failures), and of it a random half to whole.
///
/// With the defaults the first retry comes after 30 to 60 s, and from the sixth on after 15 to 30 minutes.
package struct Backoff: Hashable, Sendable {
  // In nanoseconds, for there is one in each of a million registrations, and a duration takes twice as much.
  private let base: Int64
  private let max: Int64

  package init(base: Duration = .seconds(30), max: Duration = .seconds(1800)) {
    self.base = base.nanoseconds
    self.max = max.nanoseconds
  }

  /// The wait after so many failures in a row, the last one included; none counts as one.
  package func delay(failures: Int, using random: inout some RandomNumberGenerator) -> Duration {
    let doublings = Swift.min(Swift.max(failures, 1), 40)
    let (product, overflow) = base.multipliedReportingOverflow(by: 1 << doublings)
    let whole = Swift.max(0, overflow ? max : Swift.min(product, max))
    return .nanoseconds(Int64.random(in: whole / 2...whole, using: &random))
  }
}
