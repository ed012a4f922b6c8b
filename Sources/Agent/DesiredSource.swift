public import Reconcile
public import SIP

/// Where an agent gets its desired state from, again and again.
public protocol DesiredSource: Sendable {
  /// Reads everything anew, secrets included. What is wrong is in the diagnostics.
  func load() async -> LoadedDesired

  /// How often to read though no file tells of a change; nil: only when one does.
  var pollInterval: Duration? { get }
}

extension DesiredSource {
  /// Files tell of their changes.
  public var pollInterval: Duration? { nil }
}

/// What came of loading.
public struct LoadedDesired: Sendable {
  /// Nil if any diagnostic is an error.
  public var desired: DesiredState?
  public var diagnostics: [Diagnostic]
  /// Every file to watch, secrets and includes too: absolute paths. Complete as far as it could be read.
  public var files: [String]
  /// Equal for equal contents of the manifests. Secrets are compared apart.
  public var digest: String
  /// The commit that the manifests are of, where they come from a repository.
  public var commit: String?
  /// Why the source could not be asked for anything newer than this; nil where it could.
  public var sourceFailure: String?
  /// The credentials of an account, as it is declared now or as it was registered; nil where a secret
  /// cannot be had.
  public var credentials: @Sendable (Account) -> [Credential]?

  public init(
    desired: DesiredState?,
    diagnostics: [Diagnostic] = [],
    files: [String],
    digest: String,
    credentials: @escaping @Sendable (Account) -> [Credential]? = { _ in [] }
  ) {
    self.desired = desired
    self.diagnostics = diagnostics
    self.files = files
    self.digest = digest
    self.credentials = credentials
  }
}
