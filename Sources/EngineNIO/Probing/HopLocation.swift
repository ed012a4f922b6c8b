package import SIP

/// What the name servers said about a next hop, step by step, and which servers come of it.
package struct HopLocation: Sendable {
  /// One question to the name servers and what came of it.
  package struct Lookup: Hashable, Sendable {
    package var query: DNSQuery
    package var result: DNSResult
    package var duration: Duration

    package init(_ query: DNSQuery, _ result: DNSResult, duration: Duration) {
      self.query = query
      self.result = result
      self.duration = duration
    }
  }

  package enum Outcome: Hashable, Sendable {
    case located(Location)
    case failed(LocatingFailure)
    /// Nobody waited for the end.
    case cutOff
  }

  /// In the order in which they were asked.
  package var lookups: [Lookup]
  package var outcome: Outcome
  /// The servers in the order in which an attempt would try them.
  package var order: [Target]

  package init(lookups: [Lookup] = [], outcome: Outcome, order: [Target] = []) {
    self.lookups = lookups
    self.outcome = outcome
    self.order = order
  }
}
