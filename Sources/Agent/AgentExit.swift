public import Reconcile

/// How an agent ended.
public enum AgentExit: Sendable, Equatable {
  /// It was told to stop, and the state is written.
  case stopped(AgentSignal.StopCause)
  /// It was told to stop and remove all bindings; those of these accounts are left.
  case stoppedShort(AgentSignal.StopCause, left: [AccountID])
  /// It was told a second time, and left as it was.
  case leftAtOnce(AgentSignal.StopCause)
  /// The first reading of the files found no valid state.
  case invalid([Diagnostic])
  /// Another process took the lease.
  case leaseLost(String)
  /// The engine ended by itself.
  case engineEnded
}
