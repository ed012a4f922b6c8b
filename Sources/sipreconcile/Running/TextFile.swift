#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// A text file that an option names.
enum TextFile {
  static func read(
    _ path: String,
    _ surroundings: Surroundings,
    option: String
  ) throws(CommandFailure) -> String {
    let full = path.hasPrefix("/") ? path : surroundings.workingDirectory + "/" + path
    do {
      return try String(contentsOf: URL(filePath: full), encoding: .utf8)
    } catch {
      throw CommandFailure(.usage, "\(option): `\(path)` cannot be read", rule: "file")
    }
  }
}
