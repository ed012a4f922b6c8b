#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The descriptors 0, 1 and 2 of the process.
enum StandardStreams {
  /// Opens those that the caller has closed, so that no file or socket of ours gets their numbers and takes
  /// what is printed. Reading from them ends at once, and writing to them fails as if they were closed.
  static func keepNumbers() {
    for stream in [STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO] where fcntl(stream, F_GETFD) < 0 {
      // The lowest free number is this one, for those below are open.
      _ = open("/dev/null", O_RDONLY)
    }
  }
}
