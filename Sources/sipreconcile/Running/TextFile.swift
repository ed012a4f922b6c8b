import Foundation

/// A text file that an option names.
enum TextFile {
  /// The text of the file of that name where there is one, else the argument itself.
  static func textOrContents(
    _ argument: String,
    _ surroundings: Surroundings,
    option: String
  ) throws(CommandFailure) -> String {
    guard !argument.isEmpty, FileManager.default.fileExists(atPath: surroundings.absolute(argument)) else {
      return argument
    }
    return try read(argument, surroundings, option: option)
  }

  static func read(
    _ path: String,
    _ surroundings: Surroundings,
    option: String
  ) throws(CommandFailure) -> String {
    do {
      return try String(contentsOf: URL(filePath: surroundings.absolute(path)), encoding: .utf8)
    } catch {
      throw CommandFailure(.usage, "\(option): `\(path)` cannot be read", rule: "file")
    }
  }

  /// The text of a file, or of standard input for `-`; UTF-8, else an error.
  static func contents(_ path: String, _ surroundings: Surroundings) -> Result<String, CommandFailure> {
    let bytes: Data
    do {
      bytes =
        path == "-"
        ? try FileHandle.standardInput.readToEnd() ?? Data()
        : try Data(contentsOf: URL(filePath: surroundings.absolute(path)))
    } catch {
      return .failure(CommandFailure(.invalidManifest, "`\(path)` cannot be read", rule: "file"))
    }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      return .failure(CommandFailure(.invalidManifest, "`\(path)` is not UTF-8 text", rule: "file"))
    }
    return .success(text)
  }
}
