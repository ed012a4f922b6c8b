public import Reconcile

/// All accounts and how they stand: what `status -o json` prints, and what a running agent answers.
public struct StatusDocument: Sendable, Hashable, Codable {
  public static let format = "sipreconcile.status/1"

  public var format: String
  public var owner: String
  /// When this was true: RFC 3339, in UTC.
  public var at: String
  /// The process that holds the registrations; nil if none does.
  public var agent: AgentStatus?
  public var accounts: [AccountStatus]

  public init(owner: String, at: Timestamp, agent: AgentStatus? = nil, accounts: [AccountStatus]) {
    format = StatusDocument.format
    self.owner = owner
    self.at = at.description
    self.agent = agent
    self.accounts = accounts
  }
}

/// A running agent, as its status shows it.
public struct AgentStatus: Sendable, Hashable, Codable {
  public var pid: Int32
  public var host: String
  public var startedAt: String
  /// False while the files are not valid and an earlier reading of them is in force.
  public var manifestAccepted: Bool
  /// What is wrong with the files, as `file:line:column: severity: message`.
  public var diagnostics: [String]
  /// Why the last plan was refused; empty where it was not.
  public var refusals: [String]
  /// Why the state cannot be written; nil while it can.
  public var stateFailure: String?
  /// What the files are read from: paths, or a repository with its ref.
  public var source: String?
  /// The commit that is in force, where the files come from a repository.
  public var commit: String?
  /// Why nothing newer can be had from there; nil while it can.
  public var sourceFailure: String?
  /// Servers that are left alone at present; nil where there are none.
  public var restingServers: [RestingServerStatus]?

  public init(
    pid: Int32,
    host: String,
    startedAt: Timestamp,
    manifestAccepted: Bool = true,
    diagnostics: [Diagnostic] = [],
    refusals: [Refusal] = [],
    stateFailure: String? = nil
  ) {
    self.pid = pid
    self.host = host
    self.startedAt = startedAt.description
    self.manifestAccepted = manifestAccepted
    self.diagnostics = diagnostics.map { diagnostic in
      let place = diagnostic.at.map { "\($0): " } ?? ""
      return "\(place)\(diagnostic.severity.rawValue): \(diagnostic.message)"
    }
    self.refusals = refusals.map(\.message)
    self.stateFailure = stateFailure
  }
}
