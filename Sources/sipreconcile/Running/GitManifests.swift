import Agent
import Foundation
import SIP
import StateStore
import Synchronization

/// The checkout that a watch reads its files from, fetched once.
struct GitManifests {
  let checkout: GitCheckout
  /// Why what was fetched before counts; nil where this is the newest.
  let failure: String?

  /// Fetches for the first time. Where that fails, what was fetched before counts, if there is any.
  static func begin(
    _ source: GitSource,
    paths: [String],
    state: StateOptions,
    _ run: CommandRun
  ) async throws(CommandFailure) -> GitManifests {
    let checkout = try checkout(source, paths: paths, state: state, run.surroundings)
    do throws(GitError) {
      _ = try await checkout.update()
      return GitManifests(checkout: checkout, failure: nil)
    } catch {
      try run.stop.check()
      guard let commit = checkout.commit else { throw CommandFailure(error) }
      run.output.note(.warning, "\(error); commit \(commit.prefix(12)), which was fetched last, counts")
      return GitManifests(checkout: checkout, failure: error.description)
    }
  }

  /// A folder for each repository, ref and choice of files, beside the states.
  private static func checkout(
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
      throw CommandFailure(error)
    }
  }

  /// Reads the files for the first time. Where the newest commit is not valid, the last that was counts until
  /// there is a newer one: a machine that starts again registers what it had.
  func load(
    _ files: ManifestFiles,
    secrets: ManifestFiles.Secrets,
    _ run: CommandRun
  ) async throws(CommandFailure) -> LoadedManifests {
    do throws(CommandFailure) {
      return try await files.load(run, secrets: secrets, showsWarnings: false)
    } catch {
      try run.stop.check()
      guard let newest = checkout.commit, let valid = try fallBack() else { throw error }
      let manifests = try await files.load(run, secrets: secrets, showsWarnings: false)
      run.output.note(
        .warning,
        "commit \(newest.prefix(12)) is not valid; commit \(valid.prefix(12)), the last that was, counts"
      )
      return manifests
    }
  }

  private func fallBack() throws(CommandFailure) -> String? {
    do throws(GitError) {
      return try checkout.fallBack()
    } catch {
      throw CommandFailure(error)
    }
  }
}

/// The files of a repository, fetched and read again and again.
final class GitManifestSource: DesiredSource {
  private let checkout: GitCheckout
  private let files: ManifestSource
  /// What was fetched at the start is read as it is, once.
  private let beginning: Mutex<GitManifests?>

  init(_ git: GitManifests, files: ManifestSource) {
    checkout = git.checkout
    self.files = files
    beginning = Mutex(git)
  }

  var pollInterval: Duration? { checkout.source.interval }

  func load() async -> LoadedDesired {
    var failure = await fetch()
    var loaded = await files.load()
    do throws(GitError) {
      if loaded.desired != nil { try checkout.markValid() }
    } catch {
      failure = failure ?? error.description
    }
    loaded.commit = checkout.commit
    loaded.sourceFailure = failure
    // Commits come by fetching; only what lies elsewhere can change by itself.
    loaded.files.removeAll { $0.hasPrefix(checkout.folder + "/") }
    return loaded
  }

  /// Why nothing newer can be had; nil where what is there is the newest.
  private func fetch() async -> String? {
    if let beginning = beginning.withLock({ $0.take() }) { return beginning.failure }
    do throws(GitError) {
      _ = try await checkout.update()
      return nil
    } catch {
      return error.description
    }
  }
}

extension CommandFailure {
  fileprivate init(_ error: GitError) { self.init(.failed, error.description, rule: "git") }
}
