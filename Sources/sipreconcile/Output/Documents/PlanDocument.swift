import Reconcile

/// A plan as JSON, `sipreconcile.plan/1`; what people see is drawn from the same value.
struct PlanDocument: Encodable, Sendable, Equatable {
  static let formatName = "sipreconcile.plan/1"

  var format = formatName
  var owner: String
  var digest: String
  var live: Live
  var changes: [ChangeEntry]
  var unchanged: [String]
  var kept: [KeptEntry]
  var unknown: [UnknownEntry]
  var foreign: [ForeignEntry]
  var summary: Summary
  var refusals: [RefusalEntry]
  var diagnostics: [DiagnosticDocument.Entry]

  /// How live state was obtained, by source; only the source that was used is there.
  struct Live: Encodable, Sendable, Equatable {
    var registrar: LiveEntry?
    var agent: LiveEntry?
    var state: LiveEntry?
  }

  struct LiveEntry: Encodable, Sendable, Equatable {
    /// `complete`, `partial` or `unreadable`; `stored` where nobody was asked.
    var status: String
    var asked: Int
    var answered: Int
    /// Seconds since the oldest fact used was seen.
    var age: Int?
  }

  struct ChangeEntry: Encodable, Sendable, Equatable {
    var account: String
    var action: Change.Action
    /// The address of record; nil where only the plan is known, not the account.
    var identity: String?
    /// Where REGISTER goes.
    var registrar: String?
    var cause: CauseEntry
    var wave: Int
    var after: [String]
    var fields: [FieldEntry]
    var steps: [StepEntry]
  }

  struct CauseEntry: Encodable, Sendable, Equatable {
    var kind: Cause.Kind
    /// `file:line:column`.
    var at: String?
  }

  struct FieldEntry: Encodable, Sendable, Equatable {
    var path: String
    var before: String?
    var after: String?
    var sensitive: Bool
    var changed: Bool
  }

  struct StepEntry: Encodable, Sendable, Equatable {
    var step: String
    var callID: String?
    var contact: String?
    var account: String?
  }

  struct KeptEntry: Encodable, Sendable, Equatable {
    var account: String
    var action: Change.Action
    var reason: String
  }

  struct UnknownEntry: Encodable, Sendable, Equatable {
    var account: String
    var reason: String
  }

  struct ForeignEntry: Encodable, Sendable, Equatable {
    var account: String
    var contact: String
    var expires: UInt32?
  }

  struct RefusalEntry: Encodable, Sendable, Equatable {
    var rule: String
    var message: String
    var option: String
  }

  /// How many accounts there are of each kind.
  struct Summary: Encodable, Sendable, Equatable {
    var register = 0
    var edit = 0
    var repair = 0
    var refresh = 0
    var replace = 0
    var move = 0
    var follow = 0
    var adopt = 0
    var unregister = 0
    var local = 0
    var unchanged = 0
    var kept = 0
    var unknown = 0
    var foreign = 0
  }
}
