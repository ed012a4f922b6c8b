/// An account whose turn waits, for its server asked to be left alone.
public struct HeldAccount: Sendable, Hashable {
  public var account: AccountID
  /// `host:port`.
  public var server: String
  /// How long nothing goes there.
  public var remaining: Duration

  public init(_ account: AccountID, server: String, remaining: Duration) {
    self.account = account
    self.server = server
    self.remaining = remaining
  }

  /// Why nothing is sent.
  public var reason: String { HeldAccount.reason(server: server, seconds: remaining.components.seconds) }

  package static func reason(server: String, seconds: Int64) -> String {
    "\(server) asked to be left alone, for \(max(1, seconds)) s more"
  }
}
