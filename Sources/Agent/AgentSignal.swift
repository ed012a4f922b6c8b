/// What a person or the system tells an agent.
public enum AgentSignal: Sendable, Hashable {
  /// Read the files now (SIGHUP).
  case reload
  /// Stop in order; a second one leaves at once.
  case stop(StopCause)

  /// Which signal it was.
  public enum StopCause: Sendable, Hashable { case interrupted, terminated }
}
