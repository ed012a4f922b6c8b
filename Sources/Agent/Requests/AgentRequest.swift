import Reconcile

/// What a person asks of a running agent. Requests are carried out one after the other, none while a plan is.
enum AgentRequest: Sendable, Equatable {
  case suspend([AccountID], for: Duration?, reason: String)
  case resume([AccountID])
  case run(RunRequest)
}
