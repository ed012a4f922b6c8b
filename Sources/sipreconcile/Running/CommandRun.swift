/// One run of one command: what it works with, and where its output goes.
struct CommandRun: Sendable {
  var surroundings: Surroundings
  var output: RunOutput
  /// Why and when the run has to end early.
  var stop = StopRequest()

  var console: Console { surroundings.console }
}
