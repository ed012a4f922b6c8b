#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A folder of its own for one test, removed with all in it.
final class TemporaryFolder {
  struct Failure: Error { var path: String }

  let path: String

  init() throws {
    var template = Array("/tmp/manifests-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw Failure(path: "mkdtemp") }
    path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  /// Writes a file with that mode and returns its path.
  func write(_ name: String, _ text: String, mode: mode_t = 0o600) throws -> String {
    let file = path + "/" + name
    let descriptor = open(file, O_CREAT | O_WRONLY | O_TRUNC, mode)
    guard descriptor >= 0 else { throw Failure(path: file) }
    defer { close(descriptor) }
    let bytes = Array(text.utf8)
    guard writeAll(descriptor, bytes) == bytes.count else { throw Failure(path: file) }
    guard chmod(file, mode) == 0 else { throw Failure(path: file) }
    return file
  }

  /// Makes a folder in it.
  func makeFolder(_ name: String) throws {
    guard mkdir(path + "/" + name, 0o700) == 0 else { throw Failure(path: name) }
  }

  deinit { TemporaryFolder.remove(path) }

  private static func remove(_ path: String) {
    guard let folder = opendir(path) else {
      unlink(path)
      return
    }
    while let entry = readdir(folder) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name != ".", name != ".." { remove(path + "/" + name) }
    }
    closedir(folder)
    rmdir(path)
  }
}

/// The system's `write`, which the method's name hides.
private func writeAll(_ descriptor: Int32, _ bytes: [UInt8]) -> Int { write(descriptor, bytes, bytes.count) }
