/// Whether an agent does its work. Registrars that do not answer are none of it.
struct AgentHealth: Sendable, Equatable {
  /// What keeps it from being ready; empty where it is.
  var troubles: [String]

  var isReady: Bool { troubles.isEmpty }
}
