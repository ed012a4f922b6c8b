public import Reconcile

/// What an agent tells of itself, in the order in which it happens: for logs and event streams.
public enum AgentNotice: Sendable, Equatable {
  /// The files were read, and are in force from now on.
  case accepted(accounts: Int, commit: String?, diagnostics: [Diagnostic])
  /// The files are not valid: what was in force before goes on.
  case rejected([Diagnostic], commit: String?)
  /// Nothing in the files has changed: told where someone asked for it, and of each new commit.
  case unchanged(commit: String?)
  /// Nothing newer can be had from where the files come from: what was had last counts.
  case sourceFailed(String)
  case sourceRecovered
  /// A plan that breaks a rail: nothing of it is done.
  case refused([Refusal])
  /// A plan is about to be carried out.
  case began(digest: String, changes: Int, commit: String?)
  case ended(Outcome)
  case finished(Report)
  /// A registration changed its state.
  case changed(RegistrationEvent, from: RegistrationState)
  /// A person wants these accounts left alone.
  case suspended([Suspension])
  /// That is over for these.
  case resumed([AccountID])
  /// The state cannot be written; it is tried again, and registrations that run go on.
  case stateFailed(String)
  case stateRecovered
  /// The machine's wall clock was set, by so much; expiry times went along.
  case clockSet(by: Duration)
  /// No answer and no progress for so long that a run was given up.
  case gaveUp
  /// Changes of the files are not seen by themselves.
  case filesNotWatched(String)
  /// The control socket cannot be had: `status` then reads the state alone.
  case controlFailed(String)
  /// Metrics and health are served at this address.
  case observable(at: String)
  /// They cannot be.
  case metricsFailed(String)
  /// Something that a person should hear of.
  case alert(AgentAlert)
  /// An alert could not be sent.
  case alertFailed(String)
  case stopping
}

/// Is told what an agent does, on the agent's own task: it must be quick.
public protocol AgentObserver: Sendable {
  func note(_ notice: AgentNotice)
}
