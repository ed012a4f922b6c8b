import ArgumentParser
import Reconcile
import StateStore

/// Where the state is.
struct StateOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The state file; without it $XDG_STATE_HOME/sipreconcile/OWNER.db.",
      valueName: "path"
    ),
    completion: .file(extensions: ["db"])
  )
  var state: String?

  func path(owner: String, _ surroundings: Surroundings) -> String {
    guard let state else {
      return StateStore.defaultPath(owner: owner, environment: surroundings.environment)
    }
    return state.hasPrefix("/") ? state : surroundings.workingDirectory + "/" + state
  }
}
