import SIP

/// What is odd, though it does not keep the engine from its work.
enum EngineWarning: Hashable, Sendable {
  case locating(LocatingWarning)
  /// A server asks for less than before.
  case weakened(server: String, ChallengeWeakening, isAnswered: Bool)
  /// A server accepted an account that has credentials, and asked for none.
  case unauthenticated(server: String)
  /// Contacts cannot be right.
  case mapping(MappingWarning)
}

extension EngineWarning: CustomStringConvertible {
  var description: String {
    switch self {
    case .locating(let warning): "\(warning)"
    case .mapping(let warning): "\(warning)"
    case .weakened(let server, let weakening, let isAnswered):
      "\(server) asks for \(ShownText.escape("\(weakening)")); it was \(isAnswered ? "" : "not ")answered"
    case .unauthenticated(let server):
      "\(server) registers accounts without asking for their passwords: it may be open to everybody, or not be the "
        + "registrar; `engine: { requireChallenge: true }` makes that a failure"
    }
  }
}
