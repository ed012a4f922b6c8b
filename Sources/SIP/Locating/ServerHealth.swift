/// What is known against servers: which one failed, and which one asked to be left alone.
///
///     ready ──failed──▶ resting ──rest is over──▶ due ──beginTrial──▶ tried ──answered──▶ ready
///       │                  ▲                                            └──failed──▶ resting (longer)
///       └──leaveAlone──▶ quiet ──its time is over──▶ ready              (RFC 3261, 21.5.4)
///
/// One value serves all accounts of an engine: what one account learnt about a server, the others need not
/// find out again. A server that nothing is known against takes no room.
package struct ServerHealth: Sendable {
  package enum Standing: Equatable, Sendable {
    case ready
    /// It failed, and its rest is over: one attempt may find out whether it is back.
    case due
    /// To be used only if nothing else is left.
    case resting(until: Instant)
    /// It asked for quiet: nothing is sent to it.
    case quiet(until: Instant)
  }

  private enum Mark {
    case resting(until: Instant, failures: Int)
    case tried(until: Instant, failures: Int)
    case quiet(until: Instant)
  }

  /// The rest after a first failure, 120 times T1: a minute. Each further failure doubles it, to ten minutes at most.
  private let firstRest: Duration
  /// The longest Retry-After that is honoured.
  package static let longestQuiet = Duration.seconds(3600)

  private var marks: [Target.Server: Mark] = [:]
  /// How long one attempt may keep the others waiting for its result: a little over timer F.
  private let trial: Duration

  package init(timers: TransactionTimers = TransactionTimers()) {
    trial = timers.t1 * 72
    firstRest = timers.t1 * 120
  }

  /// True while nothing is known against any server.
  package var isSpotless: Bool { marks.isEmpty }

  package func standing(of server: Target.Server, at now: Instant) -> Standing {
    switch marks[server] {
    case nil: .ready
    case .resting(let until, _): until > now ? .resting(until: until) : .due
    case .tried(let until, _): until > now ? .resting(until: until) : .due
    case .quiet(let until): until > now ? .quiet(until: until) : .ready
    }
  }

  /// The servers that are left alone now, with the end of that, in the order of their addresses.
  package func leftAlone(at now: Instant) -> [(server: Target.Server, standing: Standing)] {
    marks.keys.map { ($0, standing(of: $0, at: now)) }.filter { pair in
      switch pair.1 {
      case .resting, .quiet: true
      case .ready, .due: false
      }
    }.sorted { "\($0.0)" < "\($1.0)" }
  }

  /// A server whose rest is over is asked by one attempt; until that has ended the others stay away.
  package mutating func beginTrial(of server: Target.Server, at now: Instant) {
    guard case .resting(_, let failures) = marks[server] else {
      if case .tried(_, let failures) = marks[server] {
        marks[server] = .tried(until: now + trial, failures: failures)
      }
      return
    }
    marks[server] = .tried(until: now + trial, failures: failures)
  }

  /// No answer, a transport error, or a 503 without Retry-After. Many requests that fail together count once.
  package mutating func failed(_ server: Target.Server, at now: Instant) {
    switch marks[server] {
    case nil: marks[server] = .resting(until: now + firstRest, failures: 1)
    case .quiet(let until):
      if until <= now { marks[server] = .resting(until: now + firstRest, failures: 1) }
    case .resting(let until, let failures):
      if until <= now { rest(server, failures: failures + 1, at: now) }
    case .tried(_, let failures): rest(server, failures: failures + 1, at: now)
    }
  }

  private mutating func rest(_ server: Target.Server, failures: Int, at now: Instant) {
    let doublings = min(failures - 1, 10)
    let wait = min(firstRest * (1 << doublings), firstRest * 10)
    marks[server] = .resting(until: now + wait, failures: failures)
  }

  /// A 503 with Retry-After. A quiet is never made shorter by a later one.
  package mutating func leaveAlone(_ server: Target.Server, until end: Instant, at now: Instant) {
    var end = min(end, now + ServerHealth.longestQuiet)
    if case .quiet(let former) = marks[server] { end = max(end, former) }
    if end > now { marks[server] = .quiet(until: end) }
  }

  /// Any final answer but a 503: the server works. One that asked for quiet is still left alone.
  package mutating func answered(_ server: Target.Server, at now: Instant) {
    guard !marks.isEmpty else { return }
    if case .quiet(let until) = marks[server], until > now { return }
    marks[server] = nil
  }
}
