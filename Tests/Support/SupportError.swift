/// Why something around a test could not be set up.
public enum SupportError: Error, Sendable, CustomStringConvertible {
  case system(String, code: Int32)
  case notInstalled(String)
  case timedOut(String)
  case unexpected(String)

  public var description: String {
    switch self {
    case .system(let call, let code): "\(call) failed with error \(code)"
    case .notInstalled(let program): "\(program) is not installed"
    case .timedOut(let what): "timed out: \(what)"
    case .unexpected(let what): what
    }
  }
}
