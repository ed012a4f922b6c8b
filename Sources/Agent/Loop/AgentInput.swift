import Reconcile
import SIP

/// What wakes an agent's loop.
enum AgentInput: Sendable {
  case events([RegistrationEvent])
  case engineEnded
  case withdrawn([StepRef], [WithdrawalResult])
  case answered([AccountID: LiveState])
  case loaded(LoadedDesired, secrets: [AccountID: String])
  case signal(AgentSignal)
  case fileEvent
  /// It is time to look whether there is anything new where the files come from.
  case poll
  case timer(Instant)
  case heartbeat
  /// A stream of one element: where the loop ends first, it ends empty.
  case status(AsyncStream<StatusDocument>.Continuation)
  case metrics(AsyncStream<MetricsSnapshot>.Continuation)
  case health(AsyncStream<AgentHealth>.Continuation)
  /// A service manager is to hear that the loop goes round.
  case watchdog
  /// The stream ends with the last part of the answer.
  case request(AgentRequest, AsyncStream<AgentAnswer>.Continuation)
}
