/// How many requests may be on their way to one server, and how fast they may follow each other.
///
/// The window starts at 50. It grows while answers come in time: by one with each answer at first, later by
/// one with each window of answers. In time means that by the round trip no more than 100 requests wait in
/// the server's queue, and for no longer than T1 / 4; past twice that the window shrinks step by step. A
/// retransmission, a 503 or a time-out halves it, once for all that was on its way together. So a fast server
/// is used fully, long before its queue overflows, and a weak one is not overrun. There is no other cap unless
/// `maxInFlight` or `maxRate` set one.
///
/// A pause (Retry-After; RFC 3261, 21.5.4) holds everybody back. After it, those who wait return spread over
/// 15 s, and the window starts anew.
package struct Pacer: Sendable {
  package enum Admission: Equatable, Sendable {
    /// Send it: it is counted as on its way.
    case now
    /// Ask again then.
    case at(Instant)
    /// Ask again when a request has ended.
    case afterAnswer
  }

  private static let initialWindow = 50.0
  /// How many requests may wait in the server's queue before the window stops growing.
  private static let queueGoal = 100.0
  private static let longAgo = Instant(nanoseconds: .min / 2)
  private static let spread = Duration.seconds(15)

  private let maxInFlight: Int
  private let interval: Int64
  private let burst: Int64
  private let delayGoal: Int64

  package private(set) var inFlight = 0
  private var size = Pacer.initialWindow
  /// Below it the window grows with each answer, above it with each window of answers.
  private var threshold = Double.infinity
  /// How many more answers may make the window grow: those that were awaited when it was last found full. A
  /// window that is not used says nothing about the server.
  private var growing = 0
  /// How many requests must end before the window may be halved again.
  private var recovering = 0
  private var shortest = RoundTripEstimate()
  private var rateAllows = Pacer.longAgo
  private var pausedUntil = Pacer.longAgo
  private var spreadsUntil = Pacer.longAgo
  private var spreadAllows = Pacer.longAgo

  /// `maxRate` is in requests per second, with bursts of a tenth of a second; nil is no cap.
  package init(
    maxInFlight: Int? = nil,
    maxRate: Double? = nil,
    timers: TransactionTimers = TransactionTimers()
  ) {
    self.maxInFlight = max(1, maxInFlight ?? .max)
    interval = maxRate.map { Int64(1_000_000_000 / max($0, 0.000_001)) } ?? 0
    burst = max(0, 100_000_000 - interval)
    delayGoal = timers.t1.nanoseconds / 4
  }

  /// How many requests may be on their way at present.
  package var window: Int { min(max(1, Int(size)), maxInFlight) }

  /// Asks whether one request may be sent now; `waiting` is how many want to, this one included.
  package mutating func admit(waiting: Int, at now: Instant) -> Admission {
    if now < pausedUntil { return .at(pausedUntil) }
    guard inFlight < window else {
      growing = inFlight
      return .afterAnswer
    }
    if now < spreadAllows { return .at(spreadAllows) }
    if interval > 0, now < rateAllows + .nanoseconds(-burst) {
      return .at(rateAllows + .nanoseconds(-burst))
    }
    if interval > 0 { rateAllows = max(rateAllows, now) + .nanoseconds(interval) }
    if now < spreadsUntil {
      let share = (spreadsUntil - now).nanoseconds / Int64(max(1, waiting))
      spreadAllows = now + .nanoseconds(share)
    }
    inFlight += 1
    return .now
  }

  /// A further request of one that is on its way was sent, to answer a challenge for instance. It does not
  /// wait, but it counts against the rate.
  package mutating func sentAgain(at now: Instant) {
    if interval > 0 { rateAllows = max(rateAllows, now) + .nanoseconds(interval) }
  }

  /// A final answer came; `roundTrip` is nil where the request was retransmitted, for then it is not known
  /// which copy was answered.
  package mutating func answered(after roundTrip: Duration?, at now: Instant) {
    let mayGrow = growing > 0
    growing = max(0, growing - 1)
    withdrawn()
    guard let roundTrip = roundTrip?.nanoseconds, roundTrip >= 0 else { return }
    let least = shortest.note(roundTrip, at: now)
    let delay = roundTrip - least
    let queued = roundTrip > 0 ? size * Double(delay) / Double(roundTrip) : 0
    if queued > Pacer.queueGoal * 2 || delay > delayGoal * 2 {
      size = max(1, size - 1 / size)
      threshold = min(threshold, size)
    } else if queued > Pacer.queueGoal || delay > delayGoal {
      threshold = min(threshold, size)
    } else if mayGrow {
      size += size < threshold ? 1 : 1 / size
    }
  }

  /// A request was sent a second time, so its answer is late. To be called for the first copy only.
  package mutating func retransmitted(at now: Instant) { halve() }

  /// A 503 ended a request.
  package mutating func overloaded(at now: Instant) {
    halve()
    withdrawn()
  }

  /// A request ended without an answer.
  package mutating func timedOut(at now: Instant) {
    halve()
    withdrawn()
  }

  /// A request ended and says nothing about the server.
  package mutating func withdrawn() {
    inFlight = max(0, inFlight - 1)
    recovering = max(0, recovering - 1)
  }

  /// The end of a pause that lasts.
  package func pauseEnd(at now: Instant) -> Instant? { pausedUntil > now ? pausedUntil : nil }

  /// Nobody may send before that time; a pause is never made shorter by a later one.
  package mutating func pause(until end: Instant, at now: Instant) {
    guard end > now, end > pausedUntil else { return }
    pausedUntil = end
    spreadAllows = end
    spreadsUntil = end + Pacer.spread
    size = Pacer.initialWindow
    threshold = .infinity
  }

  private mutating func halve() {
    guard recovering == 0 else { return }
    size = max(1, size / 2)
    threshold = size
    recovering = inFlight
  }
}
