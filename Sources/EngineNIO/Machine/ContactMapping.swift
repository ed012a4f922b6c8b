import SIP

/// Where the server of one flow sees us, as far as contacts go by it.
///
///     unknown ──▶ followed ──▶ followed …   (another address, a few times in an hour)
///        ▲            └──▶ held ──▶ followed  (one too many: for a while others are not looked at)
///        └──────── forget: the flow was opened anew
///
/// A NAT that gives us another address for each request would otherwise have every REGISTER followed by one
/// more, without end.
struct ContactMapping: Equatable {
  enum State: Equatable {
    /// Nothing was told since the flow was opened.
    case unknown
    case followed(Endpoint)
    /// It changed too often: this one stays until then, whatever is told.
    case held(Endpoint, until: Instant)
  }

  /// What became of an address that was told.
  enum Verdict: Equatable {
    case same
    /// The first since the flow was opened.
    case learned
    case moved
    /// It is not followed, and neither is any other for so long.
    case held(Duration)
  }

  /// How often the address may change within `window`.
  static let mostMoves = 2
  static let window = Duration.seconds(3600)
  /// The longest pause, and how long a mapping must stay for the next pause to be the shortest again.
  static let longestPause = Duration.seconds(86_400)

  private(set) var state = State.unknown
  private var moves = 0
  private var countedFrom: Instant?
  private var pause = ContactMapping.window

  /// What contacts show; nil where it is not known.
  var address: Endpoint? {
    switch state {
    case .unknown: nil
    case .followed(let address), .held(let address, _): address
    }
  }

  /// The flow was opened anew, and nobody knows where it comes out. How often it moved still counts.
  mutating func forget() { state = .unknown }

  /// The server has said where it sees us.
  mutating func tell(_ address: Endpoint, at now: Instant) -> Verdict {
    switch state {
    case .unknown:
      state = .followed(address)
      return .learned
    case .followed(let present):
      guard address != present else { return .same }
      count(at: now)
      guard moves > ContactMapping.mostMoves else {
        state = .followed(address)
        return .moved
      }
      return hold(present, at: now)
    case .held(let present, let until):
      guard address != present, now >= until else { return .same }
      (moves, countedFrom) = (1, now)
      state = .followed(address)
      return .moved
    }
  }

  private mutating func count(at now: Instant) {
    let age = countedFrom.map { now - $0 }
    if let age, age < ContactMapping.window { return moves += 1 }
    if age.map({ $0 >= ContactMapping.longestPause }) ?? true { pause = ContactMapping.window }
    (moves, countedFrom) = (1, now)
  }

  private mutating func hold(_ present: Endpoint, at now: Instant) -> Verdict {
    let length = pause
    pause = min(pause * 2, ContactMapping.longestPause)
    state = .held(present, until: now + length)
    return .held(length)
  }
}
