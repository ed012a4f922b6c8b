import ArgumentParser
import Reconcile

/// Shows the difference between the files and what is registered.
struct PlanCommand: ProgramCommand {
  static let configuration = CommandConfiguration(
    commandName: "plan",
    abstract: "Show the difference between the files and what is registered.",
    discussion: """
      Registrars are asked for the bindings of every account with a REGISTER that has no Contact: a plan \
      can send nothing that changes a binding, and writes no state. Each change has a sign:

        +  register           ~    edit, follow       r  repair, refresh
        -  unregister         +/-  replace, move      a  adopt
        .  local: no traffic  !    held back          ?  unknown

      A plan that a rail refuses ends with status 4, and says which option lets apply go on.

      EXAMPLE:
        sipreconcile plan accounts.yaml
        sipreconcile plan accounts.yaml -o json > plan.json
        sipreconcile apply accounts.yaml --expect plan.json
      """,
    aliases: ["diff"]
  )

  @OptionGroup var options: ReadingOptions

  @Flag(help: "End with status 2 if there are changes.")
  var exitCode = false

  var outputOptions: OutputOptions { options.output }

  func execute(_ run: CommandRun) async throws(CommandFailure) -> CommandEnd {
    return try await options.working.withRun(run) { (working) async throws(CommandFailure) in
      run.keepUntilExit(working)
      working.run.output.plan(working.document)
      return CommandEnd(PlanVerdict.status(of: working.made.plan, tellsChanges: exitCode))
    }
  }
}
