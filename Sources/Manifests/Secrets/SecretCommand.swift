#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// One run of a program whose output is a secret: no input, no shell, half a minute at most.
struct SecretCommand {
  let arguments: [String]
  let environment: [String: String]
  /// Milliseconds after which the program is killed.
  var timeout: Int32 = 30_000

  func output() throws(SecretError) -> [UInt8] {
    var pipes: [Int32] = [-1, -1]
    guard pipe(&pipes) == 0 else { throw failed(RegularFile.reason()) }
    let child: pid_t
    do {
      child = try spawn(output: pipes[1], closing: pipes[0])
    } catch {
      _ = close(pipes[0])
      _ = close(pipes[1])
      throw error
    }
    _ = close(pipes[1])
    let collected = collect(pipes[0])
    _ = close(pipes[0])
    if collected.reason != nil { _ = kill(child, SIGKILL) }
    var status: Int32 = 0
    while waitpid(child, &status, 0) < 0, errno == EINTR {}
    if let reason = collected.reason { throw failed(reason) }
    guard status & 0x7f == 0 else { throw failed("it was ended by signal \(status & 0x7f)") }
    guard status == 0 else { throw failed("it ended with code \(status >> 8 & 0xff)") }
    return collected.bytes
  }

  private func failed(_ reason: String) -> SecretError { .commandFailed(arguments[0], reason: reason) }

  private func spawn(output: Int32, closing: Int32) throws(SecretError) -> pid_t {
    #if canImport(Darwin)
      var actions: posix_spawn_file_actions_t?
    #else
      var actions = posix_spawn_file_actions_t()
    #endif
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_adddup2(&actions, output, 1)
    posix_spawn_file_actions_addclose(&actions, output)
    posix_spawn_file_actions_addclose(&actions, closing)
    var argv = arguments.map { strdup($0) } + [nil]
    var envp = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
    defer {
      for pointer in argv + envp { free(pointer) }
    }
    var child = pid_t()
    let result = posix_spawnp(&child, arguments[0], &actions, nil, &argv, &envp)
    guard result == 0 else { throw failed(String(cString: strerror(result))) }
    return child
  }

  /// Everything the program writes, or the reason why it was given up.
  private func collect(_ descriptor: Int32) -> (bytes: [UInt8], reason: String?) {
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 4096)
    let end = milliseconds() + Int64(timeout)
    while true {
      var wanted = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
      let ready = poll(&wanted, 1, Int32(clamping: max(0, end - milliseconds())))
      if ready < 0 {
        if errno == EINTR { continue }
        return (bytes, RegularFile.reason())
      }
      guard ready > 0 else { return (bytes, "it did not end within \(timeout / 1000) s") }
      let count = read(descriptor, &buffer, buffer.count)
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { return (bytes, RegularFile.reason()) }
      if count == 0 { return (bytes, nil) }
      bytes += buffer[..<count]
      guard bytes.count <= SecretResolver.limit + 1 else { return (bytes, "it wrote more than 64 KiB") }
    }
  }

  private func milliseconds() -> Int64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
  }
}
