import Reconcile

/// Since when each condition of an account has had its present status.
struct ConditionTimes: Sendable, Hashable {
  private var met: UInt8 = 0
  private var times: InlineTimes?

  private struct InlineTimes: Sendable, Hashable {
    var ready: Timestamp
    var reconciling: Timestamp
    var stalled: Timestamp
    var blocked: Timestamp
    var suspended: Timestamp

    init(_ time: Timestamp) {
      ready = time
      reconciling = time
      stalled = time
      blocked = time
      suspended = time
    }

    subscript(kind: Condition.Kind) -> Timestamp {
      get { self[keyPath: InlineTimes.path(kind)] }
      set { self[keyPath: InlineTimes.path(kind)] = newValue }
    }

    private static func path(_ kind: Condition.Kind) -> WritableKeyPath<InlineTimes, Timestamp> {
      switch kind {
      case .ready: \.ready
      case .reconciling: \.reconciling
      case .stalled: \.stalled
      case .blocked: \.blocked
      case .suspended: \.suspended
      }
    }
  }

  /// Takes note of what holds now.
  mutating func update(_ kinds: Set<Condition.Kind>, at now: Timestamp) {
    var times = times ?? InlineTimes(now)
    for kind in Condition.Kind.allCases where kinds.contains(kind) != holds(kind) {
      met ^= kind.bit
      times[kind] = now
    }
    self.times = times
  }

  mutating func shiftTimes(by shift: Duration) {
    guard var times else { return }
    for kind in Condition.Kind.allCases { times[kind] = times[kind] + shift }
    self.times = times
  }

  func holds(_ kind: Condition.Kind) -> Bool { met & kind.bit != 0 }

  /// Nil before the first note.
  func since(_ kind: Condition.Kind) -> Timestamp? { times?[kind] }
}

extension Condition.Kind {
  fileprivate var bit: UInt8 {
    switch self {
    case .ready: 1
    case .reconciling: 2
    case .stalled: 4
    case .blocked: 8
    case .suspended: 16
    }
  }
}
