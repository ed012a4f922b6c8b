public import SIP

/// A server that an engine leaves alone at present.
public struct RestingServer: Sendable, Hashable {
  public enum Cause: String, Sendable, Hashable, Codable, CaseIterable {
    /// It failed: it is used only if nothing else is left.
    case failed
    /// It asked for quiet (Retry-After): nothing is sent to it.
    case quiet
  }

  public var endpoint: Endpoint
  public var transport: Transport
  public var cause: Cause
  /// How long this still lasts.
  public var remaining: Duration

  public init(_ endpoint: Endpoint, _ transport: Transport, cause: Cause, remaining: Duration) {
    self.endpoint = endpoint
    self.transport = transport
    self.cause = cause
    self.remaining = remaining
  }
}
