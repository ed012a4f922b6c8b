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
  /// Folders in which each name matters.
  private(set) var whole: Set<String> = []

  /// Longer chains of links are loops.
  private static let maximumLinks = 40

  /// - Parameter paths: absolute paths; one that ends with `/` is a folder whose entries all matter.
  init(of paths: some Sequence<String>) {
    for path in paths {
      var links = 0
      follow(path, isWhole: path.hasSuffix("/"), links: &links)
    }
  }

  /// True if an event in a folder is about one of the files.
  func holds(_ name: String, in folder: String) -> Bool {
    whole.contains(folder) || names[folder]?.contains(name) == true
  }

  private mutating func follow(_ path: String, isWhole: Bool, links: inout Int) {
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
        return follow(rest.isEmpty ? start : "\(start)/\(rest)", isWhole: isWhole, links: &links)
      }
      if position == parts.count - 1 { names[folder, default: []].insert(String(part)) }
      folder = here
    }
    guard isWhole, WatchedPlaces.kind(of: folder) == S_IFDIR else { return }
    whole.insert(folder)
    names[folder, default: []].formUnion([])
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
