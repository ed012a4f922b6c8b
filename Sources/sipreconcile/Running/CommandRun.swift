/// One run of one command: what it works with, and where its output goes.
struct CommandRun: Sendable {
  var surroundings: Surroundings
  var output: RunOutput
  /// Why and when the run has to end early.
  var stop = StopRequest()

  var console: Console { surroundings.console }
}

extension CommandRun {
  /// Keeps a large value until the process has ended: the system takes all of its memory back at once, and nobody
  /// waits until it was freed piece by piece.
  func keepUntilExit<Value: Sendable>(_ value: Value) { _ = Unmanaged.passRetained(Kept(value)) }
}

private final class Kept<Value: Sendable>: Sendable {
  let value: Value

  init(_ value: Value) { self.value = value }
}
