import Foundation

/// A git repository of a test.
public struct SampleRepository: Sendable {
  public let path: String

  public init(at path: String) async throws {
    self.path = path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    try await git("init", "--quiet", "--initial-branch=main")
  }

  /// Writes a file and commits it; returns the commit.
  @discardableResult
  public func commit(_ text: String, to name: String) async throws -> String {
    let file = try place(of: name)
    try Data(text.utf8).write(to: file)
    return try await commitAll(name)
  }

  /// Makes a symbolic link, in place of what has its name, and commits it.
  @discardableResult
  public func commitLink(_ name: String, to target: String) async throws -> String {
    let link = try place(of: name)
    // It may not be there.
    try? FileManager.default.removeItem(at: link)
    try FileManager.default.createSymbolicLink(atPath: link.path, withDestinationPath: target)
    return try await commitAll(name)
  }

  private func place(of name: String) throws -> URL {
    let place = URL(fileURLWithPath: "\(path)/\(name)")
    try FileManager.default.createDirectory(
      at: place.deletingLastPathComponent(),
      withIntermediateDirectories: true
    )
    return place
  }

  private func commitAll(_ message: String) async throws -> String {
    try await git("add", "--all")
    try await git("commit", "--quiet", "--message", message)
    return try await git("rev-parse", "HEAD").trimmingCharacters(in: .whitespacesAndNewlines)
  }

  /// What git prints. Nothing of the person who runs the tests counts.
  @discardableResult
  public func git(_ arguments: String...) async throws -> String {
    let child = try ChildProcess.start(
      "/usr/bin/env",
      ["git", "-C", path, "-c", "user.name=Tester", "-c", "user.email=tester@example.org"] + arguments,
      environment: ["HOME": path, "GIT_CONFIG_NOSYSTEM": "1", "PATH": "/usr/local/bin:/usr/bin:/bin"],
      outputName: "\(path).git-\(UInt64.random(in: 0 ... .max))"
    )
    let end = try await child.end(within: .seconds(60))
    guard end == .exit(0) else {
      throw SupportError.unexpected("git \(arguments): \(try child.standardError())")
    }
    return try child.standardOutput()
  }
}
