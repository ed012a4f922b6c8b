#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Another program, started as a shell would start it: with our streams, on our terminal, and with signals that end it,
/// although we ourselves catch them.
struct SpawnedProgram: Sendable {
  private let process: pid_t

  /// Finds the program on the `PATH`. Fails with the system's words.
  init(_ arguments: [String]) throws(SpawnFailure) {
    #if canImport(Darwin)
      var attributes: posix_spawnattr_t?
    #else
      var attributes = posix_spawnattr_t()
    #endif
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var caught = sigset_t()
    sigemptyset(&caught)
    for signal in [SIGINT, SIGTERM, SIGHUP, SIGPIPE, SIGUSR1] { sigaddset(&caught, signal) }
    var blocked = sigset_t()
    sigemptyset(&blocked)
    posix_spawnattr_setsigdefault(&attributes, &caught)
    posix_spawnattr_setsigmask(&attributes, &blocked)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK))
    var argv = arguments.map { strdup($0) } + [nil]
    defer { for pointer in argv { free(pointer) } }
    var child = pid_t()
    let result = posix_spawnp(&child, arguments[0], nil, &attributes, &argv, environ)
    guard result == 0 else { throw SpawnFailure(reason: String(cString: strerror(result))) }
    process = child
  }

  func send(_ signal: CInt) { kill(process, signal) }

  /// Its exit status, or 128 and the number of the signal that ended it. To be called once.
  func status() async -> Int32 {
    let process = process
    let status = await BlockingWork.run { () -> Int32 in
      var status: Int32 = 0
      while waitpid(process, &status, 0) < 0, errno == EINTR {}
      return status
    }
    guard let status else { return 0 }
    return status & 0x7f == 0 ? status >> 8 & 0xff : 128 + (status & 0x7f)
  }
}

struct SpawnFailure: Error {
  var reason: String
}
