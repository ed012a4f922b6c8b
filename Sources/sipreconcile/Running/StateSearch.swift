import Manifests
import StateStore

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif
#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Finds the state that a command without files means, and whose it is.
struct StateSearch {
  private let surroundings: Surroundings

  init(_ surroundings: Surroundings) { self.surroundings = surroundings }

  /// Where only the path is known the file says the owner; where neither is, there must be one state only.
  func find(path: String?, owner: String?) throws(CommandFailure) -> (path: String, owner: String) {
    if let owner, !OwnerName.isValid(owner) {
      throw CommandFailure(.usage, "--owner: an owner's name has \(OwnerName.rule)", rule: "owner")
    }
    if let path {
      let full = surroundings.absolute(path)
      if let owner {
        guard exists(full) else { throw missing(full) }
        return (full, owner)
      }
      return (full, try self.owner(of: full))
    }
    let folder = String(
      StateStore.defaultPath(owner: "x", environment: surroundings.environment).dropLast("/x.db".count)
    )
    let paths = try states(in: folder)
    if let owner {
      let path = StateStore.defaultPath(owner: owner, environment: surroundings.environment)
      guard exists(path) else { throw unknown(owner, paths, folder) }
      return (path, owner)
    }
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

  /// What cannot be looked at is taken to be there: opening it then says why it cannot be.
  private func exists(_ path: String) -> Bool {
    access(path, F_OK) == 0 || (errno != ENOENT && errno != ENOTDIR)
  }

  private func missing(_ path: String) -> CommandFailure {
    CommandFailure(.usage, "state \(path): there is no such file", rule: "state")
  }

  private func unknown(_ owner: String, _ paths: [String], _ folder: String) -> CommandFailure {
    let owners = paths.map { String($0.dropFirst(folder.count + 1).dropLast(".db".count)) }
    let known =
      owners.isEmpty
      ? "there is no state in \(folder)" : "the owners there are: \(owners.joined(separator: ", "))"
    return CommandFailure(.usage, "nothing is owned under the name \(owner); \(known)", rule: "state")
  }

  private func states(in folder: String) throws(CommandFailure) -> [String] {
    guard exists(folder) else { return [] }
    guard access(folder, R_OK | X_OK) == 0 else {
      let reason = String(cString: strerror(errno))
      throw CommandFailure(.failed, "the folder of states \(folder) cannot be read: \(reason)", rule: "state")
    }
    let names: [String]
    do {
      names = try FileManager.default.contentsOfDirectory(atPath: folder)
    } catch {
      throw CommandFailure(.failed, "the folder of states \(folder) cannot be read", rule: "state")
    }
    return names.filter { $0.hasSuffix(".db") }.sorted().map { folder + "/" + $0 }
  }

  /// The owner that the state itself names.
  private func owner(of path: String) throws(CommandFailure) -> String {
    guard exists(path) else { throw missing(path) }
    do throws(StateError) {
      _ = try StateStore.open(at: path, owner: "", access: .readOnly)
    } catch {
      if case .otherOwner(_, let found, _) = error { return found }
      throw CommandFailure(error)
    }
    throw CommandFailure(.failed, "state \(path): it names no owner", rule: "state")
  }
}
