import ArgumentParser
import Reconcile
import StateStore

/// Shows who holds a state, or holds it while another program runs.
struct LockCommand: ProgramCommand {
  static let configuration = CommandConfiguration(
    commandName: "lock",
    abstract: "Show who holds the state, or hold it while a program runs.",
    discussion: """
      One process at a time acts for an owner. Without a program this says which one does: the exit status is 5 \
      where one does, else 0. With a program, after --, the state is held for as long as that runs: no apply and no \
      watch of this owner begins meanwhile. A program that ends with another status than 0 ends this with 1. \
      Nothing needs to be unlocked after a crash: a lock ends with its process.

      EXAMPLE:
        sipreconcile lock
        sipreconcile lock --wait 1m -- cp ~/.local/state/sipreconcile/office.db /backup/
      """
  )

  @Option(
    help: ArgumentHelp("With a program: how long to wait for the state, such as 1m.", valueName: "duration"),
    transform: { try OptionValue.read($0, DurationArgument.rule) }
  )
  var wait: DurationArgument?

  @Argument(
    parsing: .postTerminator,
    help: ArgumentHelp("The program to run, with its arguments, after --.", valueName: "program")
  )
  var program: [String] = []

  @OptionGroup var ownedState: OwnedStateOptions
  @OptionGroup var outputOptions: OutputOptions

  func validate() throws {
    if wait != nil, program.isEmpty { throw ValidationError("--wait goes with a program, after --.") }
  }

  func execute(_ run: CommandRun) async throws(CommandFailure) -> CommandEnd {
    let found = try StateSearch(run.surroundings).find(path: ownedState.state, owner: ownedState.owner)
    if !program.isEmpty {
      let held = HeldRun(run: run, statePath: found.path, owner: found.owner, program: program)
      return try await held.carryOut(waiting: wait?.duration ?? .zero)
    }
    let now = run.surroundings.clock.time
    let lease = StateStore.lease(ofStateAt: found.path, at: now)
    let document = LockDocument(owner: found.owner, state: found.path, lease)
    switch run.output.format {
    case .human, .markdown: run.console.output(document.sentence)
    case .json: run.output.json(document)
    case .ndjson: run.output.jsonLine(document)
    }
    return CommandEnd(lease == nil ? .done : .locked)
  }
}
