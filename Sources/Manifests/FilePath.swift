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

  static func workingDirectory() -> String {
    guard let buffer = getcwd(nil, 0) else { return "/" }
    defer { free(buffer) }
    return String(cString: buffer)
  }
}
