/// Why a text is no fault script.
package enum FaultScriptError: Error, Equatable, Sendable {
  case unknownKey(String)
  /// A key without its value, or with one that is not allowed.
  case value(key: String, value: String, allowed: String)
  /// Conditions, and nothing that is to happen.
  case noEffect(String)
  /// `retryAfter` or `minExpires` without a `status`.
  case needsStatus(String)
  /// `validity` without an `overload`.
  case needsOverload(String)
}

extension FaultScriptError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .unknownKey(let key):
      "fault: '\(key)' is not known; allowed are \(FaultScriptParser.keys.joined(separator: ", "))"
    case .value(let key, let value, let allowed):
      value.isEmpty
        ? "fault: '\(key)' needs a value: \(allowed)" : "fault: '\(key)=\(value)' must be \(allowed)"
    case .noEffect(let text):
      "fault: '\(text)' says when, and not what; add one of "
        + FaultScriptParser.effectKeys.joined(separator: ", ")
    case .needsOverload(let key): "fault: '\(key)' needs an overload beside it, such as overload=50"
    case .needsStatus(let key): "fault: '\(key)' needs a status beside it, such as status=503"
    }
  }
}
