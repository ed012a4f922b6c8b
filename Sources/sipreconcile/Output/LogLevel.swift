import ArgumentParser

/// How severe a note for people is; `--log-level` names the least severe that is written.
enum LogLevel: String, ExpressibleByArgument, CaseIterable, Comparable, Sendable {
  case debug, info, warning, error

  static func < (lhs: LogLevel, rhs: LogLevel) -> Bool { lhs.rank < rhs.rank }

  private var rank: Int {
    switch self {
    case .debug: 0
    case .info: 1
    case .warning: 2
    case .error: 3
    }
  }
}
