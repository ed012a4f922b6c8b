import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A line that a person types without seeing it. Other than with `getpass`, Ctrl-C still ends the run.
enum HiddenLine {
  /// How the terminal was, while it shows nothing. It belongs to the process, as this does.
  private static let before = Mutex<termios?>(nil)

  /// Nil where standard input is no terminal, or has ended, or the task was cancelled.
  static func read() -> String? {
    var shown = termios()
    guard tcgetattr(STDIN_FILENO, &shown) == 0 else { return nil }
    var hidden = shown
    hidden.c_lflag &= ~tcflag_t(ECHO)
    hidden.c_lflag |= tcflag_t(ECHONL)
    before.withLock { [shown] in $0 = shown }
    defer { showAgain() }
    guard tcsetattr(STDIN_FILENO, TCSAFLUSH, &hidden) == 0 else { return nil }
    return waitForLine() ? readLine(strippingNewline: true) : nil
  }

  /// True once a line is there; false if the task that asks is cancelled before.
  private static func waitForLine() -> Bool {
    while !Task.isCancelled {
      var input = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
      let ready = poll(&input, 1, 100)
      if ready > 0 { return true }
      if ready < 0, errno != EINTR { return false }
    }
    return false
  }

  /// Makes the terminal show what is typed again; also to be called when the process ends meanwhile.
  static func showAgain() {
    before.withLock { before in
      guard var shown = before else { return }
      before = nil
      tcsetattr(STDIN_FILENO, TCSANOW, &shown)
    }
  }
}
