// The compiler takes `timespec`, which its header pulls in, for this module's own.
import CAres

import Foundation

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A small file of the system that may change while we run.
struct WatchedFile {
  private struct Stamp: Equatable {
    let modified: Date?
    let size: Int64?
    let number: UInt64?
  }

  /// More is not read.
  private static let limit = 16 << 20

  private let path: String
  private var stamp: Stamp?
  private var wasLooked = false

  init(_ path: String) { self.path = path }

  /// True the first time, and whenever the file is another than when this was asked last.
  mutating func hasChanged() -> Bool {
    let now = currentStamp()
    defer {
      stamp = now
      wasLooked = true
    }
    return !wasLooked || now != stamp
  }

  /// The file's bytes; none if it is not there or cannot be read.
  func bytes() -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return [] }
    defer { close(descriptor) }
    var content: [UInt8] = []
    var part = [UInt8](repeating: 0, count: 65_536)
    while content.count < WatchedFile.limit {
      let count = read(descriptor, &part, part.count)
      guard count > 0 else { break }
      content += part[..<count]
    }
    return content
  }

  /// Nil if there is no such file.
  private func currentStamp() -> Stamp? {
    let facts: [FileAttributeKey: Any]
    do { facts = try FileManager.default.attributesOfItem(atPath: path) } catch { return nil }
    return Stamp(
      modified: facts[.modificationDate] as? Date,
      size: (facts[.size] as? NSNumber)?.int64Value,
      number: (facts[.systemFileNumber] as? NSNumber)?.uint64Value
    )
  }
}
