/// The client side of a non-INVITE transaction (RFC 3261, 17.1.2). It holds no message: the owner keeps the
/// bytes, and sends the same ones again on `retransmit`.
///
///     idle ── start ──▶ trying ── 1xx ──▶ proceeding
///                         │                   │
///                         ├─ 200…699 ─────────┤──▶ completed ── timer K ──▶ terminated
///                         │                   │    (over at once where the transport is reliable)
///                         └─ timer F, transport error ─▶ terminated
///
/// Copies are sent after T1, 2 T1, 4 T1 … up to T2 (timer E), and every T2 once a 1xx came. Each input gives
/// back exactly one action, which carries the time of the next `timerFired`.
package struct ClientTransaction: Sendable, Equatable {
  package enum Action: Equatable, Sendable {
    /// Send the first copy.
    case send(next: Instant)
    /// Send the same bytes again.
    case retransmit(next: Instant)
    /// The timer came early: arm it again.
    case wait(until: Instant)
    /// An answer. After a final one, `next` ends the absorbing of copies; nil: the transaction is over.
    case deliver(status: UInt16, next: Instant?)
    /// A copy, or something too late to matter: do nothing, the timer stays as it is.
    case absorb
    /// Timer F: no final answer in 64 × T1.
    case timedOut
    case transportFailed
    /// Timer K: no more copies to absorb.
    case ended
  }

  private enum State: Equatable, Sendable {
    case idle
    /// `interval` is what timer E waits at present, in milliseconds.
    case trying(retransmitAt: Instant, interval: UInt32)
    case proceeding(retransmitAt: Instant)
    case completed(until: Instant)
    case terminated
  }

  private let timers: TransactionTimers
  private let isReliable: Bool
  /// How many copies followed the first; 255 stands for more.
  package private(set) var retransmissions: UInt8 = 0
  private var state = State.idle
  /// When it was started; the epoch before that.
  package private(set) var startedAt = Instant(nanoseconds: 0)

  package init(timers: TransactionTimers = TransactionTimers(), isReliable: Bool) {
    self.timers = timers
    self.isReliable = isReliable
  }

  package var hasRetransmitted: Bool { retransmissions > 0 }

  package var isAwaitingFinal: Bool {
    switch state {
    case .trying, .proceeding: true
    case .idle, .completed, .terminated: false
    }
  }

  /// True once nothing can happen any more.
  package var isOver: Bool { state == .terminated }

  /// Starts it; to be called once.
  package mutating func start(at now: Instant) -> Action {
    precondition(state == .idle, "a transaction is started once")
    startedAt = now
    let interval = UInt32(clamping: timers.t1.nanoseconds / 1_000_000)
    let retransmitAt = now + timers.t1
    state = .trying(retransmitAt: retransmitAt, interval: interval)
    return .send(next: next(retransmitAt))
  }

  /// Takes the status code of a response that belongs to this transaction (RFC 3261, 17.1.3).
  package mutating func receive(statusCode: UInt16, at now: Instant) -> Action {
    switch state {
    case .idle, .completed, .terminated:
      return .absorb
    case .trying(let retransmitAt, _), .proceeding(let retransmitAt):
      guard statusCode >= 200 else {
        state = .proceeding(retransmitAt: retransmitAt)
        return .deliver(status: statusCode, next: next(retransmitAt))
      }
      guard !isReliable else {
        state = .terminated
        return .deliver(status: statusCode, next: nil)
      }
      let end = now + timers.t4
      state = .completed(until: end)
      return .deliver(status: statusCode, next: end)
    }
  }

  /// The armed time has come.
  package mutating func timerFired(at now: Instant) -> Action {
    switch state {
    case .idle, .terminated:
      return .absorb
    case .completed(let end):
      guard now >= end else { return .wait(until: end) }
      state = .terminated
      return .ended
    case .trying(let due, let interval):
      let doubled = min(UInt64(interval) * 2, UInt64(timers.t2.nanoseconds / 1_000_000))
      return awaitingFired(due: due, interval: .milliseconds(Int64(doubled)), at: now) {
        .trying(retransmitAt: $0, interval: UInt32(clamping: doubled))
      }
    case .proceeding(let due):
      return awaitingFired(due: due, interval: timers.t2, at: now) { .proceeding(retransmitAt: $0) }
    }
  }

  /// The message could not be sent, or the flow broke (RFC 3261, 17.1.4).
  package mutating func transportFailed(at now: Instant) -> Action {
    guard isAwaitingFinal else { return .absorb }
    state = .terminated
    return .transportFailed
  }

  /// Timer F is looked at first, then timer E. Intervals run from when timer E was due, so that a late wheel
  /// does not add up, unless that has passed as well.
  private mutating func awaitingFired(
    due: Instant,
    interval: Duration,
    at now: Instant,
    _ state: (Instant) -> State
  ) -> Action {
    guard now < startedAt + timers.timeout else {
      self.state = .terminated
      return .timedOut
    }
    guard !isReliable, now >= due else { return .wait(until: next(due)) }
    retransmissions = max(retransmissions, retransmissions &+ 1)
    let nominal = due + interval
    let following = nominal > now ? nominal : now + interval
    self.state = state(following)
    return .retransmit(next: next(following))
  }

  /// The earlier of timers E and F; over a reliable transport there is only F.
  private func next(_ retransmitAt: Instant) -> Instant {
    let timeout = startedAt + timers.timeout
    return isReliable ? timeout : min(retransmitAt, timeout)
  }
}
