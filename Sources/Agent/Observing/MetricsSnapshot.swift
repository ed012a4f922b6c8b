import Reconcile

/// What an agent can be measured by, at one moment.
struct MetricsSnapshot: Sendable, Equatable {
  struct Entry: Sendable, Equatable {
    var account: String
    var isReady: Bool
    /// When its binding ends; nil where it has none.
    var expiresAt: Timestamp?
  }

  var owner: String
  var states: [RegistrationState: Int] = [:]
  var conditions: [Condition.Kind: Int] = [:]
  /// Each account by name; empty where there are more than `mostEntries`.
  var entries: [Entry] = []
  var accounts = 0
  /// The first end of a binding.
  var firstExpiry: Timestamp?
  var foreignBindings = 0
  var restingServers = 0
  var isManifestAccepted: Bool
  var isStateWritable: Bool
  var startedAt: Timestamp
  var counters: AgentCounters

  /// Above it there are no series of single accounts: they would be more than a store of series likes to keep.
  static let mostEntries = 1000
}
