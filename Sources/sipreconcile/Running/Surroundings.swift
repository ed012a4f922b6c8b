import Agent
import Manifests
import Reconcile

/// All that a command gets from outside: streams, environment, clock, signals and what to run with.
///
/// The program has one for the real world; a test makes its own.
struct Surroundings: Sendable {
  var console: Console
  var environment: [String: String]
  /// Absolute; relative paths start here.
  var workingDirectory: String
  var clock: any RunClock
  /// A new name for a run.
  var makeRunID: @Sendable () -> String
  /// Signals that ask the program to end, from the call on.
  var interruptions: @Sendable () -> AsyncStream<Interruption>
  /// What a watch is told by signals, from the call on.
  var agentSignals: @Sendable () -> AsyncStream<AgentSignal>
  /// Signals that ask a registrar to list its bindings (SIGUSR1).
  var listRequests: @Sendable () -> AsyncStream<Void>
  var composition: Composition
}

extension Surroundings {
  /// What a path means that a person gave.
  func absolute(_ path: String) -> String { FilePath.absolute(path, in: workingDirectory) }
}

/// A signal that asks the program to end.
enum Interruption: Sendable, Equatable {
  /// SIGINT: Ctrl-C.
  case interrupt
  /// SIGTERM.
  case terminate

  var status: ExitStatus {
    switch self {
    case .interrupt: .interrupted
    case .terminate: .terminated
    }
  }
}
