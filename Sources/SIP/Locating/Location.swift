/// The servers that a destination stands for.
package struct Location: Hashable, Sendable {
  /// By rank, and by record within it; never empty, and `Location.limit` at most.
  package var targets: [Target]
  /// When the name servers are to be asked again.
  package var expiresAt: Instant
  /// What was not as it should be, though servers were found.
  package var warnings: [LocatingWarning]

  package init(targets: [Target], expiresAt: Instant, warnings: [LocatingWarning] = []) {
    self.targets = targets
    self.expiresAt = expiresAt
    self.warnings = warnings
  }

  /// Enough for any registrar, and a bound on what a name server can make us try.
  static let limit = 64
}
