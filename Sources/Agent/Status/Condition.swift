/// One thing that holds of an account or does not, as Kubernetes and Flux have them.
public struct Condition: Sendable, Hashable, Codable {
  public enum Kind: String, Sendable, Hashable, Codable, CaseIterable {
    /// Bound with an unexpired binding, for the declaration that is in force.
    case ready = "Ready"
    /// Something is on its way, or will be tried again.
    case reconciling = "Reconciling"
    /// The registrar refuses in a way that trying again will hardly change; it is probed now and then.
    case stalled = "Stalled"
    /// Waits for an account that it depends on.
    case blocked = "Blocked"
    /// Declared with `register: false`, or left alone because a person wants it so.
    case suspended = "Suspended"
  }

  public enum Status: String, Sendable, Hashable, Codable {
    case yes = "True"
    case no = "False"
  }

  /// The reason of a suspension that a person asked for.
  package static let requestedReason = "Requested"

  public var type: Kind
  public var status: Status
  /// One word for programs, such as `Registered`.
  public var reason: String
  /// A sentence for people; empty where the reason says it all.
  public var message: String
  /// RFC 3339, in UTC.
  public var since: String

  public init(type: Kind, status: Status, reason: String, message: String, since: String) {
    self.type = type
    self.status = status
    self.reason = reason
    self.message = message
    self.since = since
  }
}
