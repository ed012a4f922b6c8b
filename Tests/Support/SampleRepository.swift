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
    let file = URL(fileURLWithPath: "\(path)/\(name)")
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(),
      withIntermediateDirectories: true
    )
    try Data(text.utf8).write(to: file)
    try await git("add", "--all")
    try await git("commit", "--quiet", "--message", name)
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
