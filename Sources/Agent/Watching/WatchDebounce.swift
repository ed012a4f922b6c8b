package import SIP

/// Decides when files that change are read again: the machine behind a watch.
///
///     still ─ fileEvent ─▶ changing ─ quiet for 500 ms, or changing for 5 s ─▶ still, and `read`
///
/// So that a save that takes several writes is read once, and one that never ends is read all the same.
package struct WatchDebounce: Sendable {
  package enum Action: Sendable, Equatable {
    /// Call `timerFired` then; an earlier wake-up that was asked for no longer counts.
    case wake(Instant)
    /// The files are at rest, or have changed for long enough: read them.
    case read
  }

  private enum State: Sendable {
    case still
    case changing(since: Instant, last: Instant)
  }

  /// How long nothing may change before the files are read.
  package let quiet: Duration
  /// How long a change may be put off by further ones.
  package let longest: Duration
  private var state = State.still

  package init(quiet: Duration = .milliseconds(500), longest: Duration = .seconds(5)) {
    self.quiet = quiet
    self.longest = longest
  }

  package mutating func fileEvent(at now: Instant) -> [Action] {
    switch state {
    case .still:
      state = .changing(since: now, last: now)
      return [.wake(now + quiet)]
    case .changing(let since, _):
      state = .changing(since: since, last: now)
      return read(at: now)
    }
  }

  package mutating func timerFired(at now: Instant) -> [Action] {
    switch state {
    case .still: []
    case .changing: read(at: now)
    }
  }

  /// Someone wants it now.
  package mutating func readNow() -> [Action] {
    state = .still
    return [.read]
  }

  private mutating func read(at now: Instant) -> [Action] {
    guard case .changing(let since, let last) = state else { return [] }
    let due = min(last + quiet, since + longest)
    guard due <= now else { return [.wake(due)] }
    state = .still
    return [.read]
  }
}
