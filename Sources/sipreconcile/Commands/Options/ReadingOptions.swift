import ArgumentParser
import Reconcile
import StateStore

/// The options of the commands that look and change nothing: `plan` and `drift`.
struct ReadingOptions: ParsableArguments {
  @OptionGroup var files: FileOptions
  @OptionGroup(title: "Planning") var planning: PlanningOptions

  @Flag(help: "Compare with the rehearsal that apply --sandbox made; nothing leaves the machine.")
  var sandbox = false

  @OptionGroup var timing: TimingOptions
  @OptionGroup(title: "Engine") var engine: EngineOptions
  @OptionGroup var state: StateOptions
  @OptionGroup var output: OutputOptions

  /// Asks about every account, and opens the state for reading only.
  var working: WorkingOptions {
    WorkingOptions(
      files: files.manifests,
      planning: planning,
      engine: engine,
      state: state,
      isSandbox: sandbox,
      access: .readOnly,
      questions: .all,
      timeLimit: timing.timeout?.duration
    )
  }
}
