#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A small file of the system that may change while we run.
struct WatchedFile {
  /// More is not read.
  private static let limit = 16 << 20

  private let path: String
  /// What it held when it was looked at last; nil before that. Empty where it cannot be read.
  private(set) var bytes: [UInt8]?

  init(_ path: String) { self.path = path }

  /// Reads the file, and is true the first time and whenever it holds something else than before. Times and sizes
  /// are not asked: they miss two changes within one tick, and reading takes no longer than a name server does.
  mutating func hasChanged() -> Bool {
    let now = WatchedFile.read(path)
    defer { bytes = now }
    return now != bytes
  }

  private static func read(_ path: String) -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return [] }
    defer { close(descriptor) }
    var content: [UInt8] = []
    var part = [UInt8](repeating: 0, count: 65_536)
    while content.count < limit {
      let count = readPart(descriptor, &part)
      guard count > 0 else { break }
      content += part[..<count]
    }
    return content
  }

  private static func readPart(_ descriptor: Int32, _ part: inout [UInt8]) -> Int {
    #if canImport(Glibc)
      Glibc.read(descriptor, &part, part.count)
    #else
      Darwin.read(descriptor, &part, part.count)
    #endif
  }
}
