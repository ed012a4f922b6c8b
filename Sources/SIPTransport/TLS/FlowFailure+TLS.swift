import NIOSSL
import SIP

extension FlowFailure {
  init(_ error: NIOSSLError, peer: Endpoint, isOpen: Bool) {
    switch error {
    case .handshakeFailed(let error): self.init(error, peer: peer)
    case .uncleanShutdown: self.init(.closed, "\(peer) closed the connection")
    default: self.init(.tls, "TLS with \(peer) failed: \(error)")
    }
  }

  /// What the library says in a code, in words; it has no other form.
  init(_ error: BoringSSLError, peer: Endpoint) {
    let text = String(describing: error)
    let known = FlowFailure.known.first { text.contains($0.code) }
    guard let known else {
      self.init(.tls, "TLS with \(peer) failed: \(text)")
      return
    }
    self.init(known.kind, "\(peer) \(known.words)")
  }

  private static let known: [(code: String, kind: Kind, words: String)] = [
    ("CERTIFICATE_VERIFY_FAILED", .certificate, "showed a certificate that no trust anchor vouches for"),
    ("EOF during handshake", .tls, "closed the connection during the TLS handshake; is it a TLS port?"),
    ("WRONG_VERSION_NUMBER", .tls, "does not speak TLS on this port; try transport=tcp, or the TLS port"),
    ("HTTP_REQUEST", .tls, "does not speak TLS on this port"),
    ("UNSUPPORTED_PROTOCOL", .tls, FlowFailure.tooOld),
    ("ALERT_PROTOCOL_VERSION", .tls, FlowFailure.tooOld),
    (
      "CERTIFICATE_REQUIRED", .tls,
      "demands a certificate of ours; name one with tls: { certificate: FILE, key: FILE }"
    ),
    ("ALERT_CERTIFICATE", .tls, "refuses our certificate; see tls: { certificate, key }"),
    ("ALERT_BAD_CERTIFICATE", .tls, "refuses our certificate; see tls: { certificate, key }"),
    (
      "ALERT_UNKNOWN_CA", .tls,
      "does not know the authority of our certificate; see tls: { certificate, key }"
    ),
    (
      "HANDSHAKE_FAILURE", .tls,
      "refuses the TLS handshake: no common cipher, or it demands a certificate of ours (tls: { certificate, key })"
    ),
    (
      "UNRECOGNIZED_NAME", .tls,
      "has no certificate for the name that it was asked for; see tls: { serverName }"
    ),
  ]

  private static let tooOld = "offers no TLS version from 1.2 on, and older ones are not safe (RFC 8996)"
}
