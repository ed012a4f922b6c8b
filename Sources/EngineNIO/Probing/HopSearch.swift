import SIP

/// The search for the servers of one next hop, with each question and answer kept in order.
struct HopSearch {
  private var locator: ServerLocator
  /// What the name servers are to be asked now.
  private(set) var pending: [DNSQuery] = []
  private(set) var lookups: [HopLocation.Lookup] = []
  private var outcome = HopLocation.Outcome.cutOff

  init(_ destination: Destination, rules: ServerRules) {
    locator = ServerLocator(supported: EngineMachine.spokenTransports, rules: rules)
    var actions: [ServerLocator.Action] = []
    locator.locate(destination, for: 0, at: Instant(nanoseconds: 0), into: &actions)
    take(actions)
  }

  mutating func answered(_ query: DNSQuery, _ result: DNSResult, after duration: Duration, at now: Instant) {
    pending.removeAll { $0 == query }
    lookups.append(HopLocation.Lookup(query, result, duration: duration))
    var actions: [ServerLocator.Action] = []
    locator.answered(query, result, at: now, into: &actions)
    take(actions)
  }

  private mutating func take(_ actions: [ServerLocator.Action]) {
    for action in actions {
      switch action {
      case .query(let query): pending.append(query)
      case .located(_, let location): outcome = .located(location)
      case .failed(_, let failure): outcome = .failed(failure)
      }
    }
  }

  /// What was found; the order of the servers is drawn by their weights.
  func location(using random: inout some RandomNumberGenerator) -> HopLocation {
    var order: [Target] = []
    if case .located(let location) = outcome {
      order = Failover.order(of: location.targets, using: &random)
    }
    return HopLocation(lookups: lookups, outcome: outcome, order: order)
  }
}
