/// One run of one command: what it works with, and where its output goes.
struct CommandRun: Sendable {
  var surroundings: Surroundings
  var output: RunOutput

  var console: Console { surroundings.console }
}
