/// That a person wants an account left alone: nothing is sent for it, and what is bound stays until it expires.
public struct Suspension: Sendable, Hashable {
  /// The account's declared name; all of its flows are meant.
  public var account: AccountID
  public var since: Timestamp
  /// When it ends by itself; nil: when somebody ends it.
  public var until: Timestamp?
  /// In a person's words; empty where none were given.
  public var reason: String

  public init(account: AccountID, since: Timestamp, until: Timestamp? = nil, reason: String = "") {
    self.account = account
    self.since = since
    self.until = until
    self.reason = reason
  }

  public func isOver(at now: Timestamp) -> Bool { until.map { $0 <= now } ?? false }

  /// `suspended until 2026-01-01T12:00:00Z: the carrier's maintenance`.
  public var text: String {
    "suspended" + (until.map { " until \($0)" } ?? "") + (reason.isEmpty ? "" : ": \(reason)")
  }
}

extension DesiredState {
  /// Suspensions by the names that their accounts have now (`movedFrom`), beside those under which they were made.
  public func following(_ suspensions: [AccountID: Suspension]) -> [AccountID: Suspension] {
    guard !suspensions.isEmpty else { return suspensions }
    var following = suspensions
    for declared in accounts where declared.account.flowOf == nil {
      guard let former = declared.account.movedFrom, let suspension = suspensions[former] else { continue }
      following[declared.account.id] = following[declared.account.id] ?? suspension
    }
    return following
  }
}
