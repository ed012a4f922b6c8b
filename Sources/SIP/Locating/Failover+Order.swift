extension Failover {
  /// The servers in the order in which one attempt would try them if none answered and nothing were known
  /// against any: by rank, and within a rank by the weights, as drawn from `random`.
  package static func order(
    of list: [Target],
    using random: inout some RandomNumberGenerator
  ) -> [Target] {
    var failover = Failover()
    failover.locate(list)
    var health = ServerHealth()
    var tried: [Int] = []
    let now = Instant(nanoseconds: 0)
    while case .use(let number) = failover.next(after: tried, health: &health, at: now, using: &random) {
      tried.append(number)
    }
    return tried.map { failover.targets[$0] }
  }
}
