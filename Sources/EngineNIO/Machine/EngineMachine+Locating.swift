import Reconcile
import SIP

// Where a lane's servers are: asked for with the first attempt, beside the traffic when an answer has ended, and
// anew when none of them answers.

extension EngineMachine {
  /// Asks for the servers of a lane that has none to go by.
  mutating func locate(_ lane: Int, at now: Instant) {
    if let server = settings.onlyServer {
      let target = Target(
        server,
        domain: lanes[lane].destination.domain,
        origin: .literal
      )
      return setLocation(of: lane, Location(targets: [target], expiresAt: Instant(nanoseconds: .max)))
    }
    lanes[lane].resolution = .underway
    look(for: lane, anew: lanes[lane].asksAnew, at: now)
  }

  /// The name servers are asked again when their answer has ended; meanwhile the known servers are used.
  mutating func locateIfDue(_ lane: Int, at now: Instant) {
    guard let due = lanes[lane].isDueAt, due <= now else { return }
    lanes[lane].isDueAt = nil
    look(for: lane, anew: false, at: now)
  }

  /// No server of the lane answered: its name is looked up again before the next attempt, since what it
  /// stands for may have changed.
  mutating func resolveAnew(_ lane: Int) {
    guard case .known = lanes[lane].resolution, case .name = lanes[lane].destination.host,
      settings.onlyServer == nil
    else { return }
    lanes[lane].resolution = .unknown
    lanes[lane].asksAnew = true
  }

  private mutating func look(for lane: Int, anew: Bool, at now: Instant) {
    var list: [ServerLocator.Action] = []
    locator.locate(lanes[lane].destination, for: lane, anew: anew, at: now, into: &list)
    perform(list, at: now)
  }

  /// The name servers' answer to `look`, or why there is none.
  mutating func answered(_ query: DNSQuery, _ result: DNSResult, at now: Instant) {
    var list: [ServerLocator.Action] = []
    locator.answered(query, result, at: now, into: &list)
    perform(list, at: now)
    pump(at: now)
  }

  private mutating func perform(_ list: [ServerLocator.Action], at now: Instant) {
    for action in list {
      switch action {
      case .query(let query): actions.append(.look(query))
      case .located(let lane, let location): setLocation(of: lane, location)
      case .failed(let lane, let failure): notLocated(lane, failure, at: now)
      }
    }
  }

  private mutating func setLocation(of lane: Int, _ location: Location) {
    lanes[lane].resolution = .known
    lanes[lane].asksAnew = false
    lanes[lane].isDueAt = location.expiresAt
    for warning in location.warnings where !lanes[lane].warnings.contains(warning) {
      actions.append(.warn(.locating(warning)))
    }
    lanes[lane].warnings = location.warnings
    lanes[lane].failover.locate(location.targets)
    for target in lanes[lane].failover.targets.dropFirst(lanes[lane].flows.count) {
      lanes[lane].flows.append(flow(to: target.server, for: target.domain, tls: lanes[lane].key.tls))
    }
    mark(lane)
  }

  /// The flow to a server, made if there is none yet.
  mutating func flow(to server: Target.Server, for domain: Host, tls: TLSSettings?) -> Int {
    let key = Flow.Key(server, domain: domain, tls: tls)
    if let flow = flowByKey[key] { return flow }
    var anonymousHost: Host?
    if server.transport == .ws || server.transport == .wss {
      anonymousHost = .name(Token.hexadecimal(digits: 12, using: &random) + ".invalid")
    }
    flows.append(Flow(key, anonymousHost: anonymousHost))
    flowByKey[key] = flows.count - 1
    return flows.count - 1
  }

  /// Known servers stay in use while nobody can say whether they are still the right ones; a name that is gone
  /// is gone.
  private mutating func notLocated(_ lane: Int, _ failure: LocatingFailure, at now: Instant) {
    if case .known = lanes[lane].resolution {
      if case .noAnswer = failure {
        lanes[lane].isDueAt = now + EngineMachine.locatingPause
        return
      }
      if case .refused(let refusal) = failure {
        // Records that somebody has forged do not take away the servers that were known before.
        lanes[lane].isDueAt = now + EngineMachine.locatingPause
        return warnOnce(.refused(refusal), of: lane)
      }
      lanes[lane].resolution = .unknown
      return
    }
    lanes[lane].resolution = .unknown
    failReady(of: lane, at: nil, .unresolved(failure.description), now: now)
  }

  private mutating func warnOnce(_ warning: LocatingWarning, of lane: Int) {
    guard !lanes[lane].warnings.contains(warning) else { return }
    lanes[lane].warnings.append(warning)
    actions.append(.warn(.locating(warning)))
  }

  private static let locatingPause = Duration.seconds(30)
}
