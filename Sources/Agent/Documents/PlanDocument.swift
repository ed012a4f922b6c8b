package import Reconcile

/// A plan as JSON, `sipreconcile.plan/1`; what people see is drawn from the same value.
package struct PlanDocument: Codable, Sendable, Equatable {
  package static let formatName = "sipreconcile.plan/1"

  package var format = formatName
  package var owner: String
  package var digest: String
  /// The commit that was planned, where the files come from a repository.
  package var commit: String?
  package var live: Live
  package var changes: [ChangeEntry]
  package var unchanged: [String]
  package var kept: [KeptEntry]
  package var unknown: [UnknownEntry]
  package var foreign: [ForeignEntry]
  package var summary: Summary
  package var refusals: [RefusalEntry]
  package var diagnostics: [DiagnosticDocument.Entry]

  /// How live state was obtained, by source; only the source that was used is there.
  package struct Live: Codable, Sendable, Equatable {
    package var registrar: LiveEntry?
    package var agent: LiveEntry?
    package var state: LiveEntry?
  }

  package struct LiveEntry: Codable, Sendable, Equatable {
    /// `complete`, `partial` or `unreadable`; `stored` where nobody was asked.
    package var status: String
    package var asked: Int
    package var answered: Int
    /// Seconds since the oldest fact used was seen.
    package var age: Int?
  }

  package struct ChangeEntry: Codable, Sendable, Equatable {
    package var account: String
    package var action: Change.Action
    /// The address of record; nil where only the plan is known, not the account.
    package var identity: String?
    /// Where REGISTER goes.
    package var registrar: String?
    package var cause: CauseEntry
    package var wave: Int
    package var after: [String]
    package var fields: [FieldEntry]
    package var steps: [StepEntry]
  }

  package struct CauseEntry: Codable, Sendable, Equatable {
    package var kind: Cause.Kind
    /// `file:line:column`.
    package var at: String?

    package init(kind: Cause.Kind, at: String?) {
      self.kind = kind
      self.at = at
    }
  }

  package struct FieldEntry: Codable, Sendable, Equatable {
    package var path: String
    package var before: String?
    package var after: String?
    package var sensitive: Bool
    package var changed: Bool
  }

  package struct StepEntry: Codable, Sendable, Equatable {
    package var step: String
    package var callID: String?
    package var contact: String?
    package var account: String?
  }

  package struct KeptEntry: Codable, Sendable, Equatable {
    package var account: String
    package var action: Change.Action
    package var reason: String
  }

  package struct UnknownEntry: Codable, Sendable, Equatable {
    package var account: String
    package var reason: String
  }

  package struct ForeignEntry: Codable, Sendable, Equatable {
    package var account: String
    package var contact: String
    package var expires: UInt32?
  }

  package struct RefusalEntry: Codable, Sendable, Equatable {
    package var rule: String
    package var message: String
    package var option: String
  }

  /// How many accounts there are of each kind.
  package struct Summary: Codable, Sendable, Equatable {
    package var register = 0
    package var edit = 0
    package var repair = 0
    package var refresh = 0
    package var replace = 0
    package var move = 0
    package var follow = 0
    package var adopt = 0
    package var unregister = 0
    package var local = 0
    package var unchanged = 0
    package var kept = 0
    package var unknown = 0
    package var foreign = 0
  }
}
