import Foundation

/// The built program, as a user runs it.
public enum SipreconcileProgram {
  /// Beside the running tests, where the build put both; or what SIPRECONCILE names.
  public static func path() throws -> String {
    if let named = ProcessInfo.processInfo.environment["SIPRECONCILE"] { return named }
    var candidates: [URL] = []
    if let tests = Bundle.main.executableURL { candidates.append(tests) }
    if let first = CommandLine.arguments.first { candidates.append(URL(fileURLWithPath: first)) }
    for candidate in candidates {
      var folder = candidate.deletingLastPathComponent()
      // A test bundle of macOS lies three folders deep.
      for _ in 0..<4 {
        let program = folder.appendingPathComponent("sipreconcile").path
        if isProgram(program) { return program }
        folder = folder.deletingLastPathComponent()
      }
    }
    throw SupportError.notInstalled("sipreconcile")
  }

  private static func isProgram(_ path: String) -> Bool {
    var isFolder: ObjCBool = false
    return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && !isFolder.boolValue
      && FileManager.default.isExecutableFile(atPath: path)
  }
}
