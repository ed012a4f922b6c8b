import Agent
import Reconcile

/// One thing that happened, as one line of NDJSON, `sipreconcile.event/1`.
struct EventDocument: Encodable, Sendable, Equatable {
  static let formatName = AgentAlert.formatName

  enum Kind: String, Encodable, Sendable, CaseIterable {
    /// A complaint about a file, or the reason why the run could not begin.
    case diagnostic
    /// The plan was made.
    case plan
    /// One change of the plan.
    case change
    /// A rail stopped the plan.
    case refusal
    /// A registration's state changed.
    case registration
    /// One change ended.
    case outcome
    /// A watch read its files; with errors, what was in force before goes on.
    case files
    /// A watch carried a plan out.
    case report
    /// The doctor looked at something.
    case check
    /// What a watch also sends as an alert.
    case stalled, recovered, drift, invalid
    /// Something about the watch itself.
    case notice
    /// The last line of every run, also of one that failed.
    case runSummary = "run_summary"
  }

  var format = formatName
  var type: Kind
  /// RFC 3339, UTC.
  var at: String
  /// The same for all events of one run.
  var run: String
  /// Of an alert.
  var owner: String?
  var account: String?
  /// One sentence for people.
  var message: String

  var action: Change.Action?
  var outcome: Outcome.Kind?
  var state: RegistrationState?
  var code: UInt16?
  var reason: String?
  var contact: String?
  /// Seconds until the binding expires.
  var expiresIn: Int?
  /// Seconds until the next attempt.
  var nextIn: Int?
  var blockedBy: [String]?
  var remedy: String?
  /// When a binding that could not be removed ends by itself.
  var lapsesAt: String?
  /// Seconds.
  var duration: Double?
  var digest: String?
  var commit: String?
  var rule: String?
  var option: String?
  var severity: String?
  var check: Finding.Check?
  var verdict: Finding.Verdict?
  var server: String?
  var file: String?
  var line: Int?
  var column: Int?
  var change: PlanDocument.ChangeEntry?
  var plan: PlanDocument.Summary?
  var summary: ReportDocument.Summary?
  var exit: Int32?

  init(_ type: Kind, at time: Timestamp, run: String, account: String? = nil, message: String) {
    self.type = type
    at = time.description
    self.run = run
    self.account = account
    self.message = message
  }
}
