/// Whether the records of a public name, or a redirect, may lead to this machine and its own network, or to a
/// privileged port that no SIP server uses.
public enum LocalAddresses: String, CaseIterable, Sendable, Hashable {
  case refuse, allow
}

extension LocalAddresses {
  /// What was asked for; where nothing was, they are allowed if all name servers to ask are on this machine, for
  /// then whoever set them up says what names stand for.
  ///
  /// - Parameter nameServers: empty are the system's.
  package static func chosen(_ asked: LocalAddresses?, nameServers: [Endpoint]) -> LocalAddresses {
    asked ?? (!nameServers.isEmpty && nameServers.allSatisfy(\.address.isLoopback) ? .allow : .refuse)
  }
}
