/// How SIP messages travel (RFC 3261, 18; RFC 7118 for WebSocket).
public enum Transport: String, Hashable, Sendable, Codable, CaseIterable {
  case udp, tcp, tls, ws, wss

  /// Streams deliver or fail, so nothing is retransmitted over them (RFC 3261, 17.1.2.2).
  public var isReliable: Bool { self != .udp }

  public var isSecure: Bool { self == .tls || self == .wss }

  /// The port used when neither the URI nor DNS gives one (RFC 3261, 18.1.1; RFC 7118, 5.5).
  public var defaultPort: UInt16 {
    switch self {
    case .udp, .tcp: 5060
    case .tls: 5061
    case .ws: 80
    case .wss: 443
    }
  }

  /// The name in a Via, `SIP/2.0/<name>`.
  public var viaName: String {
    switch self {
    case .udp: "UDP"
    case .tcp: "TCP"
    case .tls: "TLS"
    case .ws: "WS"
    case .wss: "WSS"
    }
  }

  /// Reads a `transport` URI parameter or a Via transport, in any case; nil for one we do not know.
  public init?(name: some StringProtocol) {
    self.init(rawValue: name.lowercased())
  }
}
