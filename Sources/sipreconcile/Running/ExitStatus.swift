/// What a command's end tells its caller. People script against these numbers: they are fixed.
enum ExitStatus: Int32, Sendable, Codable {
  /// Done, or nothing to do.
  case done = 0
  /// Something failed that no other status names.
  case failed = 1
  /// There are changes (`plan --exit-code`, `drift`); never an error.
  case changesPending = 2
  case invalidManifest = 3
  /// A rail refused, and nothing was done.
  case refused = 4
  /// Another process holds the state.
  case locked = 5
  /// Some accounts failed or are blocked, the others are done.
  case someFailed = 6
  /// Live state could not be read, and nothing was done.
  case liveUnreadable = 7
  case timedOut = 8
  case usage = 64
  /// Ended by Ctrl-C, with the state written.
  case interrupted = 130
  /// Ended by SIGTERM, with the state written.
  case terminated = 143

  /// One sentence for people.
  var meaning: String {
    switch self {
    case .done: "done, or nothing to do"
    case .failed: "failed"
    case .changesPending: "changes are pending"
    case .invalidManifest: "the files are not valid; nothing was done"
    case .refused: "refused by a rail; nothing was done"
    case .locked: "another process holds the state; nothing was done"
    case .someFailed: "some accounts failed or are blocked, the others are done"
    case .liveUnreadable: "live state could not be read; nothing was done"
    case .timedOut: "timed out"
    case .usage: "wrong usage; nothing was done"
    case .interrupted, .terminated: "interrupted; the state is written"
    }
  }
}
