import Foundation

/// A folder of one test, only for its owner.
public struct TemporaryFolder: Sendable {
  public let path: String

  /// Makes a folder, lends it, and removes it with all that is in it.
  public static func with<Result>(_ body: (TemporaryFolder) async throws -> Result) async throws -> Result {
    // Short, because the path of a Unix socket may have 107 bytes only.
    var template = Array("/tmp/sipreconcile-test.XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw SupportError.system("mkdtemp", code: errno) }
    let folder = TemporaryFolder(path: String(decoding: template.dropLast().map(UInt8.init), as: UTF8.self))
    do {
      let result = try await body(folder)
      try FileManager.default.removeItem(atPath: folder.path)
      return result
    } catch {
      try FileManager.default.removeItem(atPath: folder.path)
      throw error
    }
  }

  public func path(_ name: String) -> String { "\(path)/\(name)" }

  /// Writes a file at once, readable by its owner only, and returns its path.
  @discardableResult
  public func write(_ text: String, to name: String) throws -> String {
    try Data(text.utf8).write(to: URL(fileURLWithPath: path(name)), options: .atomic)
    try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path(name))
    return path(name)
  }

  public func makeFolder(_ name: String) throws -> String {
    try FileManager.default.createDirectory(atPath: path(name), withIntermediateDirectories: true)
    return path(name)
  }
}
