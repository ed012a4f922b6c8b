#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The folders to watch for a set of files, and which names in them matter.
///
/// A file is reached over folders and symbolic links. Each link on the way can be swapped for another, as
/// Kubernetes swaps `..data`, and each file replaced by a rename: both are events of the folder that holds
/// the name. Where a folder is missing, the one above it tells when it comes back.
struct WatchedPlaces: Equatable {
  private(set) var names: [String: Set<String>] = [:]

  /// Longer chains of links are loops.
  private static let maximumLinks = 40

  /// - Parameter paths: absolute paths.
  init(of paths: some Sequence<String>) {
    for path in paths {
      var links = 0
      follow(path, links: &links)
    }
  }

  private mutating func follow(_ path: String, links: inout Int) {
    var folder = "/"
    let parts = path.split(separator: "/").filter { $0 != "." }
    for (position, part) in parts.enumerated() {
      let here = folder == "/" ? "/\(part)" : "\(folder)/\(part)"
      guard let kind = WatchedPlaces.kind(of: here) else {
        names[folder, default: []].insert(String(part))
        return
      }
      if kind == S_IFLNK {
        names[folder, default: []].insert(String(part))
        links += 1
        guard links <= WatchedPlaces.maximumLinks, let target = WatchedPlaces.target(of: here) else { return }
        let rest = parts[(position + 1)...].joined(separator: "/")
        let start = target.hasPrefix("/") ? target : "\(folder)/\(target)"
        return follow(rest.isEmpty ? start : "\(start)/\(rest)", links: &links)
      }
      if position == parts.count - 1 { names[folder, default: []].insert(String(part)) }
      folder = here
    }
  }

  private static func kind(of path: String) -> mode_t? {
    var status = stat()
    return lstat(path, &status) == 0 ? status.st_mode & S_IFMT : nil
  }

  private static func target(of path: String) -> String? {
    var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
    let count = readlink(path, &buffer, buffer.count)
    guard count > 0 else { return nil }
    return String(decoding: buffer.prefix(count).map(UInt8.init(bitPattern:)), as: UTF8.self)
  }
}
