import Agent
import Foundation
import SIP
import StateStore

/// The checkout that a watch reads its files from.
enum GitManifests {
  /// A folder for each repository, ref and choice of files, beside the states.
  static func checkout(
    _ source: GitSource,
    paths: [String],
    state: StateOptions,
    _ surroundings: Surroundings
  ) throws(CommandFailure) -> GitCheckout {
    let states = try state.folder(surroundings)
    let choice = Array(([source.repository, source.ref] + paths).joined(separator: "\n").utf8)
    let name = choice.withUnsafeBytes { Hash.sha256.value(of: $0).hexDigits }
    var source = source
    if FileManager.default.fileExists(atPath: surroundings.absolute(source.repository)) {
      source.repository = surroundings.absolute(source.repository)
    }
    do throws(GitError) {
      return try GitCheckout(
        source,
        folder: "\(states)/git/\(name.prefix(32))",
        environment: surroundings.environment
      )
    } catch {
      throw CommandFailure(.failed, error.description, rule: "git")
    }
  }

  /// Fetches for the first time. Where that fails, what was fetched before counts, if there is any.
  static func begin(_ checkout: GitCheckout, _ run: CommandRun) async throws(CommandFailure) {
    do throws(GitError) {
      _ = try await checkout.update()
    } catch {
      try run.stop.check()
      guard let commit = checkout.commit else {
        throw CommandFailure(.failed, error.description, rule: "git")
      }
      run.output.note(.warning, "\(error); commit \(commit.prefix(12)), which was fetched last, counts")
    }
  }
}

/// The files of a repository, fetched and read again and again.
struct GitManifestSource: DesiredSource {
  let checkout: GitCheckout
  let files: ManifestSource

  var pollInterval: Duration? { checkout.source.interval }

  func load() async -> LoadedDesired {
    var failure: String?
    do throws(GitError) {
      _ = try await checkout.update()
    } catch {
      failure = error.description
    }
    var loaded = await files.load()
    loaded.commit = checkout.commit
    loaded.sourceFailure = failure
    // Commits come by fetching; only what lies elsewhere can change by itself.
    loaded.files.removeAll { $0.hasPrefix(checkout.folder + "/") }
    return loaded
  }
}
