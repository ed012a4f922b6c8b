import ArgumentParser
import Reconcile

/// Shows what changed outside the files.
struct DriftCommand: ProgramCommand {
  static let configuration = CommandConfiguration(
    commandName: "drift",
    abstract: "Show only what changed outside the files.",
    discussion: """
      Asks registrars as plan does, and shows what differs from what was registered: bindings that \
      vanished, expired or were changed. Changes of the files are left out. Ends with status 2 if anything \
      drifted, which is no error. The digest is the whole plan's.

      EXAMPLE:
        sipreconcile drift accounts.yaml || echo "look into it"
      """
  )

  @OptionGroup var options: ReadingOptions

  var outputOptions: OutputOptions { options.output }

  func execute(_ run: CommandRun) async throws(CommandFailure) -> CommandEnd {
    return try await options.working.withRun(run) { (working) async throws(CommandFailure) in
      var made = working.made
      made.plan.changes.removeAll { !$0.isDrift }
      made.plan.kept = []
      made.plan.refusals = []
      run.output.plan(made.document(working.manifests.diagnostics))
      if PlanVerdict.isUnreadable(working.made.plan) { return CommandEnd(.liveUnreadable) }
      return CommandEnd(made.plan.isEmpty ? .done : .changesPending)
    }
  }
}

extension Change {
  /// True if the registrar's side is what changed.
  fileprivate var isDrift: Bool {
    switch cause.kind {
    case .drift, .expired: true
    case .config, .due, .dependency, .address, .secret, .orphan, .requested: false
    }
  }
}
