#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Paths as texts: which folder a file lies in, and what a relative path means there.
package enum FilePath {
  package static func absolute(_ path: String, in directory: String) -> String {
    if path.hasPrefix("/") { return path }
    var relative = Substring(path)
    while relative.hasPrefix("./") { relative = relative.dropFirst(2) }
    return directory == "/" ? "/" + relative : directory + "/" + relative
  }

  /// The absolute folder of a file; standard input (`-`) lies in the working folder.
  static func directory(of path: String, workingDirectory: String) -> String {
    guard path != "-", let slash = path.lastIndex(of: "/") else { return workingDirectory }
    let folder = slash == path.startIndex ? "/" : String(path[..<slash])
    return absolute(folder, in: workingDirectory)
  }

  /// A path below a folder, as it is named from there.
  static func shown(_ path: String, below folder: String) -> String {
    let base = folder.hasSuffix("/") ? folder : folder + "/"
    return path.hasPrefix(base) ? String(path.dropFirst(base.count)) : path
  }

  /// An absolute path without `.` and `..`, as the text says; links are not looked at.
  static func normal(_ path: String) -> String {
    var parts: [Substring] = []
    for part in path.split(separator: "/") where part != "." {
      if part == ".." { _ = parts.popLast() } else { parts.append(part) }
    }
    return "/" + parts.joined(separator: "/")
  }

  static func workingDirectory() -> String {
    guard let buffer = getcwd(nil, 0) else { return "/" }
    defer { free(buffer) }
    return String(cString: buffer)
  }
}
