/// What would be done, and why: a value that is shown, compared by digest, and carried out by a `PlanRun`.
public struct Plan: Sendable {
  public var owner: String
  /// In the order of waves, and by name within a wave.
  public var changes: [Change]
  public var unchanged: [AccountID]
  /// Changes that a rule holds back: protected accounts, `prune: never`.
  public var kept: [KeptAccount]
  /// Accounts whose live state could not be read, with the reason.
  public var unknown: [UnknownAccount]
  public var foreign: [ForeignBinding]
  /// Rails that this plan breaks; with any, nothing may be done.
  public var refusals: [Refusal]
  public var diagnostics: [Diagnostic]
  /// SHA-256 over the canonical text of the changes, in hexadecimal.
  public var digest: String
  public var live: LiveSummary

  public var isEmpty: Bool { changes.isEmpty }

  public init(owner: String, changes: [Change] = [], live: LiveSummary = LiveSummary(source: .state)) {
    self.owner = owner
    self.changes = changes
    self.live = live
    unchanged = []
    kept = []
    unknown = []
    foreign = []
    refusals = []
    diagnostics = []
    digest = ""
  }
}

/// What happens to one account.
public struct Change: Sendable, Hashable {
  public enum Action: String, Sendable, Hashable, Codable, CaseIterable {
    case register, edit, repair, refresh, replace, move, follow, adopt, unregister, local
  }

  public var account: AccountID
  public var action: Action
  public var cause: Cause
  /// 1 for what waits for nothing.
  public var wave: Int
  /// The accounts whose changes must succeed first.
  public var after: [AccountID]
  public var fields: [FieldChange]
  /// In order; for a replace or a move, make-before-break wherever both bindings can exist.
  public var steps: [Step]
  /// Those of `after` that need only have ended, well or badly (`condition: attempted`).
  public var afterAttempt: [AccountID]
  /// Declared accounts with the identity of this one, which is to go: they may have its very binding by then.
  public var heirs: [AccountID]

  public init(account: AccountID, action: Action, cause: Cause, steps: [Step] = []) {
    self.account = account
    self.action = action
    self.cause = cause
    self.steps = steps
    wave = 1
    after = []
    fields = []
    afterAttempt = []
    heirs = []
  }
}

/// Why a change is made.
public struct Cause: Sendable, Hashable {
  public enum Kind: String, Sendable, Hashable, Codable {
    case config, drift, expired, due, dependency, address, secret, orphan, requested
  }

  public var kind: Kind
  public var at: SourceLocation?

  public init(_ kind: Kind, at: SourceLocation? = nil) {
    self.kind = kind
    self.at = at
  }
}

/// One field's difference. A sensitive one has no values.
public struct FieldChange: Sendable, Hashable {
  public var path: String
  public var before: String?
  public var after: String?
  public var isSensitive: Bool

  public init(path: String, before: String?, after: String?, isSensitive: Bool = false) {
    self.path = path
    self.before = before
    self.after = after
    self.isSensitive = isSensitive
  }
}

/// One thing that the engine or the state store does for a change.
public enum Step: Sendable, Hashable {
  /// Register the declared account: for a replace or a move under a new Call-ID, else under the one of its
  /// pending or cleared registration where there is one.
  case register
  /// One edit/done of an account that is already bound, under its own Call-ID.
  case edit
  /// One REGISTER that changes nothing but the expiry, or restores the binding.
  case refresh
  /// Remove the binding of this owned registration, told by its Call-ID.
  case unregister(callID: String)
  /// One REGISTER that restores the binding of this account, which the step before may have taken away.
  case restore(account: AccountID)
  /// Remove one foreign binding of this account's identity (`exclusive`).
  case removeForeign(contact: String)
  /// Only the state changes: local fields, an adoption.
  case record
  /// Drop this owned registration from the state: it is abandoned, or has expired.
  case forget(callID: String)
}

/// An account whose change a rule holds back.
public struct KeptAccount: Sendable, Hashable {
  public var account: AccountID
  public var action: Change.Action
  public var reason: String

  public init(account: AccountID, action: Change.Action, reason: String) {
    self.account = account
    self.action = action
    self.reason = reason
  }
}

/// An account whose live state could not be read.
public struct UnknownAccount: Sendable, Hashable {
  public var account: AccountID
  public var reason: String

  public init(account: AccountID, reason: String) {
    self.account = account
    self.reason = reason
  }
}

/// A binding of one of our identities that is not ours.
public struct ForeignBinding: Sendable, Hashable {
  public var account: AccountID
  public var binding: Binding

  public init(account: AccountID, binding: Binding) {
    self.account = account
    self.binding = binding
  }
}

/// A rail that stopped a plan, with the exact option that acknowledges it.
public struct Refusal: Sendable, Hashable {
  public var rule: String
  public var message: String
  /// Such as `--allow-unregister 12`; empty where only the manifest can be corrected.
  public var option: String

  public init(rule: String, message: String, option: String) {
    self.rule = rule
    self.message = message
    self.option = option
  }
}

/// How live state was obtained.
public struct LiveSummary: Sendable, Hashable {
  public enum Source: String, Sendable, Hashable, Codable { case registrar, agent, state }

  public var source: Source
  public var asked: Int
  public var answered: Int
  /// The age of the oldest state used, in seconds.
  public var age: Int?

  public init(source: Source, asked: Int = 0, answered: Int = 0, age: Int? = nil) {
    self.source = source
    self.asked = asked
    self.answered = answered
    self.age = age
  }
}
