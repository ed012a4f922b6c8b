#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Files beside the tests.
enum Fixture {
  struct Unreadable: Error { var path: String }

  /// The folder of this target's sources.
  static var folder: String { String(#filePath.dropLast("/Fixture.swift".count)) }

  static func read(_ name: String) throws -> [UInt8] {
    guard let file = fopen("\(folder)/\(name)", "r") else { throw Unreadable(path: name) }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 4096)
    while true {
      let count = fread(&buffer, 1, buffer.count, file)
      if count == 0 { return bytes }
      bytes += buffer[..<count]
    }
  }

  static func write(_ name: String, _ text: String) throws {
    guard let file = fopen("\(folder)/\(name)", "w") else { throw Unreadable(path: name) }
    fputs(text, file)
    fclose(file)
  }
}
