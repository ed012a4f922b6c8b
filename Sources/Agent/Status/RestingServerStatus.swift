public import Reconcile
import SIP

/// A server that a running agent leaves alone at present, as its status shows it.
public struct RestingServerStatus: Sendable, Hashable, Codable {
  /// `host:port`.
  public var address: String
  public var transport: String
  public var cause: RestingServer.Cause
  /// RFC 3339, in UTC.
  public var until: String

  init(_ server: RestingServer, at now: Timestamp) {
    address = server.endpoint.description
    transport = server.transport.rawValue
    cause = server.cause
    until = (now + server.remaining).description
  }

  public init(address: String, transport: String, cause: RestingServer.Cause, until: String) {
    self.address = address
    self.transport = transport
    self.cause = cause
    self.until = until
  }
}
