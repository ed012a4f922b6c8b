@testable import sipreconcile

extension CommandRun {
  /// A run for people, on this console, that can start nothing.
  static func plain(_ console: Console) -> CommandRun {
    let surroundings = Surroundings(
      console: console,
      environment: [:],
      workingDirectory: "/",
      clock: JumpingClock(),
      makeRunID: { "00000000000000aa" },
      interruptions: { AsyncStream { $0.finish() } },
      agentSignals: { AsyncStream { $0.finish() } },
      listRequests: { AsyncStream { $0.finish() } },
      composition: Composition(
        startEngine: { _ throws(CommandFailure) in throw CommandFailure(.failed, "no engine", rule: "test") },
        startRegistrar: { _ throws(CommandFailure) in
          throw CommandFailure(.failed, "no registrar", rule: "test")
        }
      )
    )
    return CommandRun(
      surroundings: surroundings,
      output: RunOutput(.human, color: .never, logLevel: .info, surroundings)
    )
  }
}
