/// Keeps one flow alive, and notices when it no longer is (RFC 5626, 4.4).
///
///     idle ── start ──▶ waiting ── timer ──▶ awaitingPong ── pong ──▶ waiting
///                          ▲                    │     │
///                          └── (datagrams) ─────┘     ├── 10 s ──▶ failed
///                                                     └── 10 s, within a message ──▶ lastChance
///     lastChance ── pong ──▶ waiting                  lastChance ── the message has ended ──▶ failed
///
/// On a stream the ping is CRLFCRLF and the pong CRLF (4.4.1). On datagrams a ping keeps a mapping of a NAT
/// open and nothing answers it. Each input gives back exactly one action; one that has a time in it replaces
/// the timer that was armed before.
package struct KeepAlive: Sendable, Equatable {
  package enum Action: Equatable, Sendable {
    /// Send a ping; the timer is due then.
    case ping(next: Instant)
    /// Nothing to send; the timer is due then.
    case wait(until: Instant)
    /// Nothing to do, and the timer stays as it is.
    case none
    /// No pong came in time: the flow has failed.
    case failed
  }

  /// How often to ping.
  package enum Pace: Hashable, Sendable {
    /// The registrar's Flow-Timer: at 80 to 100 % of that many seconds, and never later (4.4).
    case flowTimer(seconds: UInt32)
    /// A stream without one: every 95 to 120 s (4.4.1).
    case stream
    /// A wish of the file: at 80 to 100 % of it.
    case every(Duration)
  }

  private enum State: Equatable, Sendable {
    case idle
    case waiting(until: Instant)
    case awaitingPong(pingedAt: Instant)
    case lastChance(pingedAt: Instant)
    case failed
  }

  /// How long a pong may take.
  package static let pongLimit: Duration = .seconds(10)

  private let pace: Pace
  private let awaitsPong: Bool
  private var state = State.idle
  /// Pings that were answered; before the first a flow does not count as proved (4.5).
  package private(set) var pongCount: UInt32 = 0

  /// - Parameter awaitsPong: true on a stream whose other side answers pings: it said `Require: outbound`.
  package init(pace: Pace, awaitsPong: Bool) {
    self.pace = pace
    self.awaitsPong = awaitsPong
  }

  /// Starts it; again to begin a new period.
  package mutating func start(at now: Instant, using random: inout some RandomNumberGenerator) -> Action {
    wait(from: now, using: &random)
  }

  /// The armed time has come.
  ///
  /// - Parameter isReceiving: a message has begun on the flow and has not ended. Its bytes hide a pong behind
  ///   it, so that the flow has until its end; then `messageEnded` is due.
  package mutating func timerFired(
    isReceiving: Bool = false,
    at now: Instant,
    using random: inout some RandomNumberGenerator
  ) -> Action {
    switch state {
    case .idle, .failed, .lastChance:
      return .none
    case .waiting(let due):
      guard now >= due else { return .wait(until: due) }
      guard awaitsPong else {
        guard case .wait(let next) = wait(from: now, using: &random) else { return .none }
        return .ping(next: next)
      }
      state = .awaitingPong(pingedAt: now)
      return .ping(next: now + KeepAlive.pongLimit)
    case .awaitingPong(let pingedAt):
      let limit = pingedAt + KeepAlive.pongLimit
      guard now >= limit else { return .wait(until: limit) }
      state = isReceiving ? .lastChance(pingedAt: pingedAt) : .failed
      return isReceiving ? .none : .failed
    }
  }

  /// A CRLF came between messages.
  package mutating func receivePong(
    at now: Instant,
    using random: inout some RandomNumberGenerator
  ) -> Action {
    switch state {
    case .idle, .waiting, .failed:
      return .none
    case .awaitingPong(let pingedAt), .lastChance(let pingedAt):
      pongCount &+= 1
      return wait(from: pingedAt, using: &random)
    }
  }

  /// All that has come on the flow was handled, and no message is unfinished.
  package mutating func messageEnded() -> Action {
    guard case .lastChance = state else { return .none }
    state = .failed
    return .failed
  }

  private mutating func wait(from moment: Instant, using random: inout some RandomNumberGenerator) -> Action {
    let (shortest, longest) = bounds
    let due = moment + .nanoseconds(Int64.random(in: shortest...longest, using: &random))
    state = .waiting(until: due)
    return .wait(until: due)
  }

  /// The shortest and the longest period in nanoseconds; never less than a second.
  private var bounds: (Int64, Int64) {
    switch pace {
    case .stream: (95_000_000_000, 120_000_000_000)
    case .flowTimer(let seconds): KeepAlive.bounds(of: .seconds(Int64(seconds)))
    case .every(let period): KeepAlive.bounds(of: period)
    }
  }

  private static func bounds(of period: Duration) -> (Int64, Int64) {
    let longest = max(period, .seconds(1)).nanoseconds
    return (longest / 5 * 4, longest)
  }
}
