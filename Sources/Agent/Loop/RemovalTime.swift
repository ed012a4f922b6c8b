import SIP

/// How a stop that removes all bindings shares its time: one equal share for each wave of the removal.
///
/// A dependent that does not answer so holds its master up for its own share, and the master still gets one.
struct RemovalTime: Sendable {
  let beganAt: Instant
  let limit: Duration
  let waves: Int
  /// How many shares are over.
  private var sharesUsed = 0

  init(beganAt: Instant, limit: Duration, waves: Int) {
    self.beganAt = beganAt
    self.limit = limit
    self.waves = max(1, waves)
  }

  /// When the present share is over; after the last one the whole time is.
  var nextShareAt: Instant { beganAt + limit * (sharesUsed + 1) / waves }

  /// The wave whose turn it is at the end of a share; nil if the whole time is over.
  mutating func nextWave(at now: Instant) -> Int? {
    while sharesUsed < waves, nextShareAt <= now { sharesUsed += 1 }
    return sharesUsed < waves ? sharesUsed + 1 : nil
  }
}
