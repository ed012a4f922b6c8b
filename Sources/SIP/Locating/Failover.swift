/// Which server of a destination an attempt goes to, and which one after a failure (RFC 3263, 4.3).
///
/// - An account stays with the server that accepted it (RFC 3261, 10.2.4), also when the records change, for
///   as long as they still name it.
/// - Another is chosen by rank, within a rank by weight (RFC 2782), and of one record all addresses in turn.
/// - One that rests after a failure is used only if nothing else is left, the one that rests the shortest time
///   first; one that asked for quiet is not used before the end of it.
/// - Back to a better rank it goes at the start of an attempt only, once one attempt has shown that the server
///   is back, and then in one of four attempts, so that a registrar that has just started does not meet
///   everybody at once.
///
/// Targets have numbers that stay theirs, so that an account can keep one over new answers of the name servers.
package struct Failover: Sendable {
  package enum Choice: Equatable, Sendable {
    /// This target, by its number.
    case use(Int)
    /// All servers asked for quiet: the earliest end of it.
    case wait(until: Instant)
    /// Every server was tried.
    case exhausted
  }

  /// How many attempts there are to one that goes back to a better rank.
  package static let returnOdds = 4

  /// All targets there ever were, by number.
  package private(set) var targets: [Target] = []
  /// The numbers of those that the records name now, by rank.
  package private(set) var listed: [Int] = []
  private var numbers: [Target.Server: Int] = [:]

  package init() {}

  /// Takes the name servers' latest list. Numbers and what is known of a server's health stay.
  package mutating func locate(_ list: [Target]) {
    listed.removeAll(keepingCapacity: true)
    for target in list {
      if let number = numbers[target.server] {
        // The first of two records for one server has the better rank.
        guard !listed.contains(number) else { continue }
        targets[number] = target
        listed.append(number)
      } else {
        numbers[target.server] = targets.count
        listed.append(targets.count)
        targets.append(target)
      }
    }
  }

  /// The server for a new attempt; `kept` is the one that accepted the last.
  package func first(
    keeping kept: Int?,
    health: inout ServerHealth,
    at now: Instant,
    using random: inout some RandomNumberGenerator
  ) -> Choice {
    guard let kept, listed.contains(kept) else {
      return choose(health: &health, at: now, using: &random)
    }
    if health.isSpotless, targets[kept].rank == targets[listed[0]].rank { return .use(kept) }
    guard isUsable(kept, health, at: now) else {
      return choose(health: &health, at: now, using: &random)
    }
    let better = listed.filter { targets[$0].rank < targets[kept].rank && isUsable($0, health, at: now) }
    if !better.isEmpty, Int.random(in: 0..<Failover.returnOdds, using: &random) == 0 {
      return use(pick(better, after: nil, using: &random), health: &health, at: now)
    }
    return use(kept, health: &health, at: now)
  }

  /// The server after a failure within an attempt that has used up those of `tried`.
  package func next(
    after tried: [Int],
    health: inout ServerHealth,
    at now: Instant,
    using random: inout some RandomNumberGenerator
  ) -> Choice {
    let choice = choose(after: tried, health: &health, at: now, using: &random)
    switch choice {
    case .use: return choice
    case .wait, .exhausted: return .exhausted
    }
  }

  private func choose(
    after tried: [Int] = [],
    health: inout ServerHealth,
    at now: Instant,
    using random: inout some RandomNumberGenerator
  ) -> Choice {
    var usable: [Int] = []
    var resting: (number: Int, until: Instant)?
    var quiet: Instant?
    for number in listed where !tried.contains(number) {
      switch health.standing(of: targets[number].server, at: now) {
      case .ready, .due: usable.append(number)
      case .resting(let until): if until < resting?.until ?? .never { resting = (number, until) }
      case .quiet(let until): quiet = min(quiet ?? until, until)
      }
    }
    if !usable.isEmpty {
      return use(pick(usable, after: tried.last, using: &random), health: &health, at: now)
    }
    if let resting { return .use(resting.number) }
    return quiet.map { .wait(until: $0) } ?? .exhausted
  }

  private func isUsable(_ number: Int, _ health: ServerHealth, at now: Instant) -> Bool {
    switch health.standing(of: targets[number].server, at: now) {
    case .ready, .due: true
    case .resting, .quiet: false
    }
  }

  private func use(_ number: Int, health: inout ServerHealth, at now: Instant) -> Choice {
    let server = targets[number].server
    if health.standing(of: server, at: now) == .due { health.beginTrial(of: server, at: now) }
    return .use(number)
  }

  /// One of `candidates`, which stand in the order of `listed`: the next address of the record that failed,
  /// else the first address of a record of the best rank, by weight.
  private func pick(
    _ candidates: [Int],
    after failed: Int?,
    using random: inout some RandomNumberGenerator
  ) -> Int {
    if let failed, let sibling = candidates.first(where: { isSibling($0, failed) }) { return sibling }
    let rank = targets[candidates[0]].rank
    var heads: [Int] = []
    for number in candidates where targets[number].rank == rank {
      if !heads.contains(where: { isSibling($0, number) }) { heads.append(number) }
    }
    return heads[WeightedChoice.pick(heads.map { targets[$0].weight }, using: &random)]
  }

  /// Addresses of one record.
  private func isSibling(_ first: Int, _ second: Int) -> Bool {
    targets[first].origin == targets[second].origin && targets[first].rank == targets[second].rank
      && targets[first].record == targets[second].record
  }
}

extension Instant {
  fileprivate static let never = Instant(nanoseconds: .max)
}
