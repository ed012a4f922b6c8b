import SIP

/// What is odd, though it does not keep the engine from its work.
enum EngineWarning: Hashable, Sendable {
  case locating(LocatingWarning)
  /// A server asks for less than before.
  case weakened(server: String, ChallengeWeakening, isAnswered: Bool)
  /// A server accepted an account that has credentials, and asked for none.
  case unauthenticated(server: String)
  /// A server asks for less traffic than there would be, for the first time.
  case overloaded(server: String, OverloadFeedback.Restriction)
  /// Contacts cannot be right.
  case mapping(MappingWarning)
}

extension EngineWarning: CustomStringConvertible {
  var description: String {
    switch self {
    case .locating(let warning): "\(warning)"
    case .overloaded(let server, .loss(let percent)):
      "\(server) is overloaded and asks for \(percent) % fewer requests: these take their turn later"
    case .overloaded(let server, .rate(let perSecond)):
      "\(server) is overloaded and asks for \(perSecond) requests a second at most: the others take their turn later"
    case .mapping(let warning): "\(warning)"
    case .weakened(let server, let weakening, let isAnswered):
      "\(server) asks for \(ShownText.escape("\(weakening)")); it was \(isAnswered ? "" : "not ")answered"
    case .unauthenticated(let server):
      "\(server) registers accounts without asking for their passwords: it may be open to everybody, or not be the "
        + "registrar; `engine: { requireChallenge: true }` makes that a failure"
    }
  }
}
