/// The control socket of an agent cannot be used.
public enum ControlError: Error, Sendable, Hashable {
  /// The socket cannot be made or reached, with the system's words.
  case unavailable(path: String, reason: String)
  /// What came back is no answer.
  case badAnswer(path: String)
}

extension ControlError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .unavailable(let path, let reason): "control socket \(path): \(reason)"
    case .badAnswer(let path): "control socket \(path): no agent of this version answers there"
    }
  }
}
