/// Why a run has to end before its work is done.
enum StopCause: Sendable, Equatable {
  case interrupted(Interruption)
  /// The time limit has passed.
  case timedOut(after: Duration)

  var status: ExitStatus {
    switch self {
    case .interrupted(let interruption): interruption.status
    case .timedOut: .timedOut
    }
  }

  /// What is told of a run that had sent nothing yet that changes a binding.
  var failure: CommandFailure {
    switch self {
    case .interrupted(.interrupt):
      CommandFailure(status, "interrupted before anything was changed", rule: "interrupted")
    case .interrupted(.terminate):
      CommandFailure(status, "told to end before anything was changed", rule: "interrupted")
    case .timedOut(let limit):
      CommandFailure(
        status,
        "the time limit of \(DurationText.text(limit)) has passed before anything was "
          + "changed; give more with --timeout",
        rule: "timeout"
      )
    }
  }
}
