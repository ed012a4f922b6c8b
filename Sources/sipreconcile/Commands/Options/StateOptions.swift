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

  /// Where the state is. The folder of the usual place is made by itself; one that is named must be there,
  /// for a path with a slip in it would begin a state that owns nothing.
  func path(owner: String, _ surroundings: Surroundings) throws(CommandFailure) -> String {
    guard let state else {
      return StateStore.defaultPath(owner: owner, environment: surroundings.environment)
    }
    let path = surroundings.absolute(state)
    let folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? ""
    if !folder.isEmpty, access(folder, F_OK) != 0, errno == ENOENT || errno == ENOTDIR {
      throw CommandFailure(
        .usage,
        "--state \(path): there is no folder \(folder); create it, or name a file in one that exists",
        rule: "state"
      )
    }
    return path
  }
}
