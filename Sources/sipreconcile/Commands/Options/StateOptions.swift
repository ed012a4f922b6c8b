import ArgumentParser
import Reconcile
import StateStore

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

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

  /// Where the state is.
  func path(owner: String, _ surroundings: Surroundings) throws(CommandFailure) -> String {
    guard let state else {
      return StateStore.defaultPath(owner: owner, environment: surroundings.environment)
    }
    _ = try folder(surroundings)
    return surroundings.absolute(state)
  }

  /// The folder that the state is in. The usual one is made by itself; one that is named must be there, for a path
  /// with a slip in it would begin a state that owns nothing.
  func folder(_ surroundings: Surroundings) throws(CommandFailure) -> String {
    guard let state else { return StateStore.defaultFolder(environment: surroundings.environment) }
    let path = surroundings.absolute(state)
    let folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? ""
    if !folder.isEmpty, access(folder, F_OK) != 0, errno == ENOENT || errno == ENOTDIR {
      throw CommandFailure(
        .usage,
        "--state \(path): there is no folder \(folder); create it, or name a file in one that exists",
        rule: "state"
      )
    }
    return folder
  }
}
