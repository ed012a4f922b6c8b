public import Reconcile

/// What came of loading manifests: a desired state, or the reasons why there is none.
public struct LoadResult: Sendable {
  /// Nil if any diagnostic is an error.
  public var desired: DesiredState?
  /// What could be decoded, also where something is wrong: only for looking secrets up, so that a missing
  /// one is told with all else.
  package var decoded: DesiredState
  /// Where the defaults are written that the accounts of each file have, those of including files among them.
  package var defaultLocations: [String: [AccountField: SourceLocation]] = [:]
  /// Everything that is wrong, sorted by file, line and column.
  public var diagnostics: [Diagnostic]
  /// Every file that was read or is referred to, secrets and TLS files included: what a watch follows.
  /// Manifests are as they were named; the others are absolute.
  public var files: [String]
  /// Tells whether the manifests' bytes changed; files that they refer to are not part of it.
  public var contentDigest: ContentDigest

  public init(
    desired: DesiredState?,
    diagnostics: [Diagnostic],
    files: [String],
    contentDigest: ContentDigest
  ) {
    self.desired = desired
    decoded = desired ?? DesiredState(owner: "")
    self.diagnostics = diagnostics
    self.files = files
    self.contentDigest = contentDigest
  }

  public var hasErrors: Bool { diagnostics.contains { $0.severity == .error } }
}
