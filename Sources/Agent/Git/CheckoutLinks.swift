import Foundation

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The symbolic links among a repository's files.
///
/// Who may write to the repository may not read this machine's files by it.
enum CheckoutLinks {
  /// The first link, as a path inside the folder, that leads out of it; nil where there is none.
  static func leadingOut(of folder: String) -> String? {
    guard let root = resolved(folder) else { return nil }
    let paths = FileManager.default.enumerator(atPath: folder)
    while let path = paths?.nextObject() as? String {
      let link = "\(folder)/\(path)"
      guard let target = try? FileManager.default.destinationOfSymbolicLink(atPath: link) else { continue }
      if !leads(link, to: target, below: root) { return path }
    }
    return nil
  }

  private static func leads(_ link: String, to target: String, below root: String) -> Bool {
    if target.hasPrefix("/") { return false }
    var path = "\(parent(of: link))/\(target)"
    while true {
      if let place = resolved(path) { return place == root || place.hasPrefix(root + "/") }
      // What leads nowhere is taken by as much of it as is there.
      path = parent(of: path)
    }
  }

  private static func parent(of path: String) -> String {
    path.lastIndex(of: "/").map { String(path[..<$0]) } ?? ""
  }

  private static func resolved(_ path: String) -> String? {
    guard let real = realpath(path.isEmpty ? "/" : path, nil) else { return nil }
    defer { free(real) }
    return String(cString: real)
  }
}
