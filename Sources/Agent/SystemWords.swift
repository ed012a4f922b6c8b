#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The system's words for an error number.
enum SystemWords {
  static func text(_ number: CInt) -> String { String(cString: strerror(number)) }
}
