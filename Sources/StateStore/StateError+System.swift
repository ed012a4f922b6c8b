#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

extension StateError {
  /// What a failed call of the system means for the person who reads it.
  init(errno number: CInt, path: String) {
    let reason = String(cString: strerror(number))
    self =
      switch number {
      case ENOSPC, EDQUOT: .diskFull(path: path)
      case EROFS: .notWritable(path: path, reason: reason)
      default: .inaccessible(path: path, reason: reason)
      }
  }
}
