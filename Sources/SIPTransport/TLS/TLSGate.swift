import NIOCore
import NIOSSL
import NIOTLS
import SIP

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Keeps a connection from all that lies behind until TLS stands and the peer has proved who it is.
///
/// Handlers behind it see the channel become active only then, so nothing of SIP or HTTP can be written before
/// (RFC 3261, 26.3.2.1; RFC 5922, 7.3).
final class TLSGate: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer

  private let flow: StreamFlow
  private let handler: NIOSSLHandler
  /// Whom the peer must be, and how that is checked; nil where clients are let in without a look.
  private let check: (expected: Host, settings: TLSSettings)?

  init(flow: StreamFlow, handler: NIOSSLHandler, check: (expected: Host, settings: TLSSettings)?) {
    self.flow = flow
    self.handler = handler
    self.check = check
  }

  func channelActive(context: ChannelHandlerContext) {}

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    guard case .handshakeCompleted? = event as? TLSUserEvent else {
      return context.fireUserInboundEventTriggered(event)
    }
    if let failure = verify() { return flow.end(failure) }
    if flow.isWebSocket { flow.enter(.upgrading) }
    context.fireChannelActive()
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    flow.note(chainFailure(error) ?? FlowFailure(error, of: flow))
  }

  /// Compares the peer's identity; nil if it is the one that was asked for.
  private func verify() -> FlowFailure? {
    guard let check, check.settings.verifies else { return nil }
    do {
      guard let certificate = handler.peerCertificate else {
        return FlowFailure(.certificate, "\(flow.peer) showed no certificate")
      }
      let shown = try PeerCertificate(certificate)
      flow.shownCertificate = ShownCertificate(shown, over: handler.tlsVersion)
      let identity = shown.identity
      let rule = flow.transport.identityRule
      let verdict = identity.verdict(
        for: check.expected,
        rule: rule,
        allowsWildcard: check.settings.allowsWildcard
      )
      if verdict == .match { flow.peerIdentity = identity }
      return failure(verdict, identity.words(rule), expected: check.expected)
    } catch {
      return FlowFailure(.certificate, "the certificate of \(flow.peer) cannot be read: \(error)")
    }
  }

  private func failure(
    _ verdict: CertificateIdentity.Verdict,
    _ names: String,
    expected: Host
  ) -> FlowFailure? {
    switch verdict {
    case .match:
      return nil
    case .wildcard(let name):
      return FlowFailure(
        .certificate,
        "the certificate of \(flow.peer) is for the wildcard \(name), which SIP does not allow (RFC 5922); "
          + "to take it for \(expected) all the same, set tls: { allowWildcard: true }"
      )
    case .mismatch:
      let isAddress = if case .name = expected { false } else { true }
      return FlowFailure(
        .certificate,
        "the certificate of \(flow.peer) is for \(names), and not for \(expected)"
          + (isAddress
            ? "; name the server's domain instead of its address, or say"
            : "; if it is the right server, say")
          + " whose certificate to expect with tls: { serverName: NAME }"
      )
    }
  }

  /// Why the chain was refused, if that is what the error says.
  private func chainFailure(_ error: any Error) -> FlowFailure? {
    guard check != nil, String(describing: error).contains("CERTIFICATE_VERIFY_FAILED") else { return nil }
    do {
      guard let certificate = handler.peerCertificate else { return nil }
      let shown = try PeerCertificate(certificate)
      flow.shownCertificate = ShownCertificate(shown, over: nil)
      let fault = shown.fault(at: time(nil), anchors: check?.settings.trustAnchors)
      return FlowFailure(.certificate, "the certificate of \(flow.peer) \(fault)")
    } catch {
      return FlowFailure(.certificate, "the certificate of \(flow.peer) cannot be read: \(error)")
    }
  }
}
