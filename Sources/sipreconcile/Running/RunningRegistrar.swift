import Reconcile
import SIP

/// A registrar that runs in this process.
protocol RunningRegistrar: Sendable {
  /// Where it listens, with the ports that it got; the first is the one that a rehearsal uses.
  var addresses: [ListenAddress] { get }

  /// What is bound now, by identity.
  func bindings() async -> [RegistrarBinding]

  func stop() async
}

/// The registrar that a command asks for.
struct RegistrarRequest: Sendable {
  /// Where to listen, at least at one address.
  var listen: [ListenAddress]
  /// The certificate that `tls` and `wss` show, and its key.
  var certificate: String?
  var key: String?
  /// The anchors that clients must have a certificate of; nil asks nobody for one.
  var clientAnchors: String?
  /// The domains it serves; empty serves each.
  var domains: [String] = []
  /// Who may register; nil lets everybody in without a challenge.
  var users: [Credential]?
  /// The faults to play, as a script.
  var faults: String?
  /// What is bound from the start.
  var bindings: [RegistrarBinding] = []
}

/// One binding of a registrar, for people to list and for a rehearsal to keep.
struct RegistrarBinding: Codable, Sendable, Hashable {
  /// The address of record.
  var identity: String
  var contact: String
  /// The contact's header parameters, each with its `;`.
  var parameters = ""
  var instance: String?
  var registrationID: UInt32?
  var callID: String
  var cseq: UInt32
  var expiresAt: Timestamp
}
