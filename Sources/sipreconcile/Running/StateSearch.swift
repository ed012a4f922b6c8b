import StateStore

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Finds the state that a command without files means, and whose it is.
struct StateSearch {
  private let surroundings: Surroundings

  init(_ surroundings: Surroundings) { self.surroundings = surroundings }

  /// Where only the path is known the file says the owner; where neither is, there must be one state only.
  func find(path: String?, owner: String?) throws(CommandFailure) -> (path: String, owner: String) {
    if let path {
      let full = path.hasPrefix("/") ? path : surroundings.workingDirectory + "/" + path
      if let owner { return (full, owner) }
      return (full, try self.owner(of: full))
    }
    if let owner {
      return (StateStore.defaultPath(owner: owner, environment: surroundings.environment), owner)
    }
    let folder = StateStore.defaultPath(owner: "x", environment: surroundings.environment).dropLast(
      "/x.db".count
    )
    let paths = states(in: String(folder))
    guard paths.count == 1 else {
      let message =
        paths.isEmpty
        ? "there is no state in \(folder); name one with --state or --owner"
        : "there are several states in \(folder); name one with --owner or --state: "
          + paths.joined(separator: ", ")
      throw CommandFailure(.usage, message, rule: "state")
    }
    return (paths[0], try self.owner(of: paths[0]))
  }

  private func states(in folder: String) -> [String] {
    let names: [String]
    do {
      names = try FileManager.default.contentsOfDirectory(atPath: folder)
    } catch {
      return []
    }
    return names.filter { $0.hasSuffix(".db") }.sorted().map { folder + "/" + $0 }
  }

  /// The owner that the state itself names.
  private func owner(of path: String) throws(CommandFailure) -> String {
    guard FileManager.default.fileExists(atPath: path) else {
      throw CommandFailure(.usage, "state \(path): there is no such file", rule: "state")
    }
    do throws(StateError) {
      _ = try StateStore.open(at: path, owner: "", access: .readOnly)
    } catch {
      if case .otherOwner(_, let found, _) = error { return found }
      throw CommandFailure(error)
    }
    throw CommandFailure(.failed, "state \(path): it names no owner", rule: "state")
  }
}
