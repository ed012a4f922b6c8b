/// Where output goes and how it may look: the only way by which commands write.
///
/// The payload of a command goes to standard output, everything else to standard error. Tests inject one
/// that keeps what is written.
struct Console: Sendable {
  /// Writes text as it is, without adding a line feed.
  var writeOutput: @Sendable (String) -> Void
  var writeError: @Sendable (String) -> Void
  /// Something could not be written to standard output, as on a full disk.
  var isOutputLost: @Sendable () -> Bool = { false }
  /// Standard output is a terminal.
  var isOutputTerminal = false
  /// Standard error is a terminal, so that progress may be redrawn there.
  var isErrorTerminal = false
  /// Standard input is a terminal, so that somebody can be asked.
  var isInputTerminal = true
  /// The width of the terminal in columns.
  var columns = 100
  /// Asks for a line that is not echoed; nil where nobody can be asked.
  var ask: @Sendable (_ prompt: String) -> String? = { _ in nil }

  /// Throws where somebody is to be asked and nobody can be.
  func checkAsking(_ isWanted: Bool) throws(CommandFailure) {
    guard isWanted, !isInputTerminal else { return }
    throw CommandFailure(
      .usage,
      "--ask needs a terminal on standard input; without one, name the secrets with fromEnv or fromFile",
      rule: "ask"
    )
  }

  /// One line of payload.
  func output(_ line: String) { writeOutput(line + "\n") }

  /// One line for people.
  func note(_ line: String) { writeError(line + "\n") }
}
