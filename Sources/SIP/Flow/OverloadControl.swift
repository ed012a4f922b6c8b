/// Obeys what one server says about its load: which requests may go to it now, and which take their turn later.
///
///     free ──restriction──▶ restricted ──its validity ends, or a validity of 0──▶ free
///
/// Nothing is dropped: a request that is deferred is to ask again at the time that it was given.
package struct OverloadControl: Sendable {
  package enum Admission: Equatable, Sendable {
    case now
    /// This request is to ask again then; another one may go now.
    case deferred(until: Instant)
    /// No request may go before.
    case closed(until: Instant)
  }

  private enum State: Sendable {
    case free
    case loss(percent: UInt8, until: Instant)
    /// The bucket of RFC 7415, 3.5.1 without a tolerance: at `next` it has leaked enough for one request.
    case rate(perSecond: UInt32, next: Instant, until: Instant)
  }

  private var state = State.free
  /// The latest `oc-seq`, kept when the control has ended: an answer that was long on its way changes nothing.
  private var sequence: UInt64?

  package init() {}

  package func isRestricted(at now: Instant) -> Bool {
    switch state {
    case .free: false
    case .loss(_, let until), .rate(_, _, let until): until > now
    }
  }

  /// What an answer of the server said. One that is not newer than the last is passed over (RFC 7339, 4.4).
  package mutating func receive(_ feedback: OverloadFeedback, at now: Instant) {
    if let sequence {
      guard let newer = feedback.sequence, newer > sequence else { return }
    }
    sequence = feedback.sequence ?? sequence
    guard feedback.validity > .zero else {
      state = .free
      return
    }
    let until = now + feedback.validity
    switch feedback.restriction {
    case .loss(0): state = .free
    case .loss(let percent): state = .loss(percent: percent, until: until)
    case .rate(let perSecond):
      state = .rate(perSecond: perSecond, next: next(perSecond, at: now), until: until)
    }
  }

  /// When a new rate lets its first request go. One interval after now at most: a rate that was nearly nothing
  /// does not hold up a better one. Where there was no rate before, one interval after now at least, since the
  /// requests of the last moment were not counted.
  private func next(_ perSecond: UInt32, at now: Instant) -> Instant {
    guard perSecond > 0 else { return now }
    let first = now + OverloadControl.interval(perSecond)
    if case .rate(_, let next, let until) = state, until > now { return min(next, first) }
    return first
  }

  private static func interval(_ perSecond: UInt32) -> Duration {
    // Rounded up, so that a second never holds one request more.
    .nanoseconds((999_999_999 + Int64(perSecond)) / Int64(perSecond))
  }

  /// Until when no request may go, for the rate is used up; nil where one may be asked for.
  package func closedUntil(at now: Instant) -> Instant? {
    guard case .rate(let perSecond, let next, let until) = state, until > now else { return nil }
    if perSecond == 0 { return until }
    return next > now ? min(next, until) : nil
  }

  /// A further request of one that was let go was sent, to answer a challenge for instance: it counts too.
  package mutating func sentAgain(at now: Instant) {
    guard case .rate(let perSecond, let next, let until) = state, perSecond > 0, until > now else { return }
    state = .rate(
      perSecond: perSecond,
      next: max(next, now) + OverloadControl.interval(perSecond),
      until: until
    )
  }

  /// How long a request waits that is one of the share to be left out, before it is one of the others perhaps.
  private func pause(using random: inout some RandomNumberGenerator) -> Duration {
    .milliseconds(Int64.random(in: 10_000...30_000, using: &random))
  }

  /// Asks whether one request may go now; it counts as sent if it may.
  package mutating func admit(
    at now: Instant,
    using random: inout some RandomNumberGenerator
  ) -> Admission {
    switch state {
    case .free: return .now
    case .loss(let percent, let until):
      guard until > now else { break }
      guard UInt8.random(in: 0..<100, using: &random) < percent else { return .now }
      return .deferred(until: percent < 100 ? min(until, now + pause(using: &random)) : until)
    case .rate(let perSecond, _, let until):
      guard until > now else { break }
      if let opening = closedUntil(at: now) { return .closed(until: opening) }
      state = .rate(perSecond: perSecond, next: now + OverloadControl.interval(perSecond), until: until)
      return .now
    }
    state = .free
    return .now
  }
}
