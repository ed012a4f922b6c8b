import Reconcile

/// What an agent has counted since it began.
struct AgentCounters: Sendable, Equatable {
  struct Answer: Hashable, Comparable {
    /// The SIP status code; nil where no final answer came.
    var code: UInt16?
    var isSuccess: Bool

    static func < (one: Answer, other: Answer) -> Bool { (one.code ?? 0) < (other.code ?? 0) }
  }

  struct Change: Hashable, Comparable {
    var action: Reconcile.Change.Action
    var outcome: Outcome.Kind

    static func < (one: Change, other: Change) -> Bool {
      (one.action.rawValue, one.outcome.rawValue) < (other.action.rawValue, other.outcome.rawValue)
    }
  }

  var answers: [Answer: Int] = [:]
  var changes: [Change: Int] = [:]
  var runs = 0
  var readings = 0
  var rejectedReadings = 0

  mutating func take(_ event: RegistrationEvent) {
    guard event.tellsAnEnd else { return }
    answers[Answer(code: event.code, isSuccess: event.failure == nil), default: 0] += 1
  }

  mutating func take(_ outcome: Outcome) {
    changes[Change(action: outcome.action, outcome: outcome.kind), default: 0] += 1
  }
}
