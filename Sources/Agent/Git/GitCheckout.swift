import Foundation
import SIP

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The files of a repository's newest commit, in a folder of ours that `git` keeps up to date.
///
///     FOLDER/repository   the commit alone, without history
///     FOLDER/commits/ID   its files, readable by us only
///     FOLDER/current      a link to that: paths that lead over it stay the same from commit to commit
///     FOLDER/valid        a link to the commit that its reader found valid last
///
/// A link is swapped at once, so nobody ever reads half of a commit. What was fetched last stays, so that a
/// watch starts again while the server is away, and what was valid last, for the newest may not be.
public struct GitCheckout: Sendable {
  public let source: GitSource
  /// Absolute; it is made where it is missing.
  public let folder: String
  let git: String
  let environment: [String: String]

  static let patience = Duration.seconds(120)

  /// Fails where there is no program `git` on the `PATH` of the environment.
  public init(_ source: GitSource, folder: String, environment: [String: String]) throws(GitError) {
    let places = (environment["PATH"] ?? "/usr/local/bin:/usr/bin:/bin").split(separator: ":")
    let found = places.map { "\($0)/git" }.first { FileManager.default.isExecutableFile(atPath: $0) }
    guard let git = found else {
      throw GitError("--git needs the program git, and there is none: install it")
    }
    self.source = source
    self.folder = folder
    self.git = git
    self.environment = GitCheckout.quiet(environment)
  }

  /// Where the files are, once there are any.
  public var files: String { "\(folder)/current" }

  /// The commit whose files are there; nil before the first.
  public var commit: String? { commit(at: files) }

  /// The commit that was valid last, where its files are there.
  var validCommit: String? {
    commit(at: "\(folder)/valid").flatMap { id in
      FileManager.default.fileExists(atPath: "\(folder)/commits/\(id)") ? id : nil
    }
  }

  private func commit(at link: String) -> String? {
    let target = try? FileManager.default.destinationOfSymbolicLink(atPath: link)
    return target.flatMap { $0.split(separator: "/").last.map(String.init) }
  }

  /// Fetches the newest commit and puts its files in place; returns its name.
  public func update() async throws(GitError) -> String {
    try makeFolders()
    if !FileManager.default.fileExists(atPath: "\(repository)/HEAD") {
      try await run(
        ["init", "--quiet", "--bare", "--template=", repository],
        "begin a repository in \(folder)"
      )
    }
    let mark = "refs/sipreconcile/newest"
    try await run(
      inRepository([
        "fetch", "--quiet", "--no-tags", "--depth=1", "--", source.repository, "+\(source.ref):\(mark)",
      ]),
      "fetch \(source.name)"
    )
    let name = try await run(
      inRepository(["rev-parse", "--verify", "\(mark)^{commit}"]),
      "read \(source.ref)"
    )
    let id = name.split(whereSeparator: \.isWhitespace).first.map(String.init) ?? ""
    guard id.count >= 40, id.utf8.allSatisfy({ $0.hexDigitValue != nil }) else {
      throw GitError("git names no commit for \(source.name)")
    }
    if id != commit { try await unpack(id) }
    return id
  }

  /// Keeps the present commit for a later `fallBack`: its files are valid.
  public func markValid() throws(GitError) {
    guard let commit, commit != validCommit else { return }
    try change("note that \(commit) is valid") {
      try point("valid", to: commit)
      try removeCommits(but: [commit])
    }
  }

  /// Puts the files of the commit that was valid last in place of those of a newer one, which are not.
  ///
  /// - Returns: that commit; nil where there is none but the present one.
  public func fallBack() throws(GitError) -> String? {
    guard let valid = validCommit, valid != commit else { return nil }
    try change("put the files of \(valid) in place") { try point("current", to: valid) }
    return valid
  }

  // MARK: Files

  private var repository: String { "\(folder)/repository" }

  private func unpack(_ id: String) async throws(GitError) {
    let target = "\(folder)/commits/\(id)"
    let fresh = "\(folder)/commits/.fresh"
    try change("put the files of \(id) in place") {
      // What a killed run has left.
      try? FileManager.default.removeItem(atPath: fresh)
      try FileManager.default.createDirectory(atPath: fresh, withIntermediateDirectories: true)
    }
    try await run(
      inRepository(["--work-tree=\(fresh)", "checkout", "--force", "--quiet", id, "--", "."]),
      "unpack \(id.prefix(12))"
    )
    if let link = CheckoutLinks.leadingOut(of: fresh) {
      throw GitError(
        "commit \(id.prefix(12)) is not used: \(link) is a symbolic link that leads out of the repository"
      )
    }
    try change("put the files of \(id) in place") {
      try? FileManager.default.removeItem(atPath: target)
      try FileManager.default.moveItem(atPath: fresh, toPath: target)
      try point("current", to: id)
      try removeCommits(but: [id, validCommit])
    }
  }

  private func point(_ name: String, to id: String) throws {
    let link = "\(folder)/.\(name)"
    try? FileManager.default.removeItem(atPath: link)
    try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: "commits/\(id)")
    guard rename(link, "\(folder)/\(name)") == 0 else { throw GitError(SystemWords.text(errno)) }
  }

  private func removeCommits(but kept: [String?]) throws {
    for name in try FileManager.default.contentsOfDirectory(atPath: "\(folder)/commits")
    where !kept.contains(name) {
      try FileManager.default.removeItem(atPath: "\(folder)/commits/\(name)")
    }
  }

  private func makeFolders() throws(GitError) {
    try change("make the folder \(folder)") {
      try FileManager.default.createDirectory(
        atPath: "\(folder)/commits",
        withIntermediateDirectories: true,
        attributes: [.posixPermissions: 0o700]
      )
    }
  }

  private func change(_ purpose: String, _ body: () throws -> Void) throws(GitError) {
    do {
      try body()
    } catch {
      throw GitError("cannot \(purpose): \(error.localizedDescription)")
    }
  }

  // MARK: The program

  private func inRepository(_ arguments: [String]) -> [String] { ["--git-dir=\(repository)"] + arguments }

  /// What it prints; an error has the last of it.
  @discardableResult
  private func run(_ arguments: [String], _ purpose: String) async throws(GitError) -> String {
    let path = "\(folder)/output"
    guard FileManager.default.createFile(atPath: path, contents: nil),
      let output = FileHandle(forUpdatingAtPath: path)
    else { throw GitError("cannot write \(path)") }
    defer { try? output.close() }
    // Files of others' repositories are readable by everybody; secrets may be among ours.
    let call = ProgramCall(
      path: "/bin/sh",
      arguments: ["-c", "umask 077; exec \"$@\"", "sh", git] + GitCheckout.settings + arguments,
      environment: environment,
      output: output,
      patience: GitCheckout.patience
    )
    switch await call.run() {
    case .exit(0): return said(output)
    case .exit: throw GitError("git cannot \(purpose): \(lastLine(of: said(output)))")
    case .late:
      throw GitError("git did not \(purpose) within \(GitCheckout.patience.components.seconds) s")
    case .cancelled: throw GitError("interrupted")
    case .notRun(let reason): throw GitError("git cannot be run: \(reason)")
    }
  }

  private func said(_ output: FileHandle) -> String {
    // What cannot be read says nothing.
    try? output.seek(toOffset: 0)
    let bytes = (try? output.read(upToCount: 64 * 1024)) ?? nil
    return String(decoding: bytes ?? Data(), as: UTF8.self)
  }

  /// The first line that says what is wrong: the lines after it advise.
  private func lastLine(of text: String) -> String {
    let lines = text.split(separator: "\n").map(String.init)
    let cause =
      lines.first { $0.hasPrefix("fatal: ") || $0.hasPrefix("error: ") } ?? lines.last
      ?? "it does not say why"
    return cause.split(separator: " ", maxSplits: 1).last.map {
      cause.hasPrefix("fatal: ") ? String($0) : cause
    } ?? cause
  }

  /// Nothing that a repository or a user's settings could have run.
  private static let settings = [
    "-c", "core.hooksPath=/dev/null", "-c", "core.autocrlf=false", "-c", "advice.detachedHead=false",
    "-c", "protocol.ext.allow=never", "-c", "gc.autoDetach=false", "-c", "maintenance.autoDetach=false",
    "-c", "gc.pruneExpire=1.day.ago",
  ]

  /// Nobody is there to be asked for a password, and what a person's shell set for another repository does not count.
  private static func quiet(_ environment: [String: String]) -> [String: String] {
    var environment = environment
    for name in ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY", "GIT_NAMESPACE"] {
      environment[name] = nil
    }
    environment["GIT_TERMINAL_PROMPT"] = "0"
    environment["LC_ALL"] = "C"
    if environment["GIT_SSH_COMMAND"] == nil { environment["GIT_SSH_COMMAND"] = "ssh -o BatchMode=yes" }
    return environment
  }
}
