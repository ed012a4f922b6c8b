import Reconcile

/// What the doctor found as JSON, `sipreconcile.doctor/1`.
struct DoctorDocument: Encodable, Sendable, Equatable {
  static let formatName = "sipreconcile.doctor/1"

  /// One question to the name servers.
  struct LookupEntry: Encodable, Sendable, Equatable {
    /// Such as `_sip._udp.example.org SRV`.
    var query: String
    var answer: String
    var records: [String]
    /// Why there are none.
    var reason: String?
    /// Seconds that the answer may be kept.
    var ttl: Int?
    /// Seconds that it took.
    var duration: Double
  }

  /// One server, at its place in the order in which it would be tried.
  struct ServerEntry: Encodable, Sendable, Equatable {
    var address: String
    var transport: String
    /// Where the address came from.
    var source: String
    var usable: Bool
    /// The answer to OPTIONS.
    var code: UInt16?
    /// Seconds.
    var roundTrip: Double?
    var localAddress: String?
    /// Where the server saw the request come from.
    var seenAs: String?
    var certificate: CertificateEntry?
    /// Until when the running agent leaves it alone.
    var restsUntil: String?
  }

  struct CertificateEntry: Encodable, Sendable, Equatable {
    var names: [String]
    var issuer: String
    var validUntil: String
    var protocolVersion: String?
  }

  /// A registrar or an outbound proxy that accounts go to.
  struct HopEntry: Encodable, Sendable, Equatable {
    var nextHop: String
    var isProxy: Bool
    var registrars: [String]
    var accounts: Int
    /// Which steps lead to its servers, and why.
    var steps: String
    var lookups: [LookupEntry]
    var servers: [ServerEntry]
    var findings: [Finding]
  }

  struct Summary: Encodable, Sendable, Equatable {
    var ok = 0
    var warnings = 0
    var problems = 0
  }

  var format = formatName
  var owner: String
  var at: String
  /// About this machine and our own files.
  var local: [Finding]
  var nextHops: [HopEntry]
  var summary: Summary
}
