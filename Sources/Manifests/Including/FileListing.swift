#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The files that one path stands for: itself, those of a folder, or those that a pattern finds.
struct FileListing {
  /// In the order of their names, as they are shown.
  var paths: [String]
  /// The folder whose entries come and go, with a `/` at its end; nil where it is one file.
  var folder: String?

  private static let endings = [".yaml", ".yml"]

  /// Nil for a path that is one file, whether it is there or not.
  ///
  /// - Parameter path: as it is shown; `directory` is the absolute folder in which it starts.
  init?(of path: String, in directory: String) {
    let full = FilePath.absolute(path, in: directory)
    if FileListing.isPattern(path) {
      folder = FileListing.plainFolder(of: full)
      let files = FileListing.matches(full).filter { !FileListing.isFolder($0) }
      paths = files.map { path.hasPrefix("/") ? $0 : FilePath.shown($0, below: directory) }
    } else if FileListing.isFolder(full) {
      let base = path.hasSuffix("/") ? path : path + "/"
      folder = full.hasSuffix("/") ? full : full + "/"
      paths = FileListing.names(in: full).map { base + $0 }
    } else {
      return nil
    }
  }

  private static func isPattern(_ path: String) -> Bool { path.contains { "*?[".contains($0) } }

  /// The part of a pattern before its first folder that is a pattern itself.
  private static func plainFolder(of pattern: String) -> String {
    let plain = pattern.prefix { !"*?[".contains($0) }
    return String(plain[..<(plain.lastIndex(of: "/").map { plain.index(after: $0) } ?? plain.startIndex)])
  }

  private static func isFolder(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }

  /// The YAML files of a folder that are not hidden.
  private static func names(in folder: String) -> [String] {
    guard let stream = opendir(folder) else { return [] }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        pointer.withMemoryRebound(to: CChar.self, capacity: MemoryLayout.size(ofValue: pointer.pointee)) {
          String(cString: $0)
        }
      }
      if !name.hasPrefix("."), endings.contains(where: name.hasSuffix), !isFolder(folder + "/" + name) {
        names.append(name)
      }
    }
    return names.sorted()
  }

  private static func matches(_ pattern: String) -> [String] {
    var found = glob_t()
    defer { globfree(&found) }
    guard glob(pattern, 0, nil, &found) == 0 else { return [] }
    return (0..<Int(found.gl_pathc)).compactMap { found.gl_pathv[$0].map { String(cString: $0) } }.sorted()
  }
}
