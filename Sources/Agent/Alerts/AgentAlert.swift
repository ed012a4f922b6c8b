import Reconcile

/// Something that a person should hear of although nobody looks: an event of `sipreconcile.event/1`.
public struct AgentAlert: Sendable, Hashable, Codable {
  public enum Kind: String, Sendable, Hashable, Codable, CaseIterable {
    /// A registrar refuses an account in a way that trying again will hardly change.
    case stalled
    /// What was told before is over: the account is registered again, or the files are valid again.
    case recovered
    /// A binding is not as we left it, and is being put right.
    case drift
    /// The files are not valid: what was in force before goes on.
    case invalid
  }

  package static let formatName = "sipreconcile.event/1"

  public var format = formatName
  public var type: Kind
  /// RFC 3339, in UTC; filled in by whoever sends it.
  public var at = ""
  /// The run of the watch; filled in by whoever sends it.
  public var run = ""
  public var owner = ""
  public var account: String?
  public var message: String
  public var code: UInt16?

  init(_ type: Kind, of account: AccountID? = nil, _ message: String, code: UInt16? = nil) {
    self.type = type
    self.account = account?.name
    self.message = message
    self.code = code
  }
}
