import Agent
import EngineNIO
import Reconcile
import SIP
import SIPTransport

/// What is said about one server of a next hop.
struct ServerFindings {
  /// A certificate that ends sooner is worth a warning, in days.
  static let certificateWarning: Int64 = 14

  private let facts: HopFacts
  private let server: HopFacts.Server
  private let name: String

  init(_ facts: HopFacts, _ server: HopFacts.Server) {
    self.facts = facts
    self.server = server
    name = "\(server.target.server)"
  }

  func make() -> [Finding] { [reach()] + rest() + certificate() + address() }

  private func rest() -> [Finding] {
    guard let rest = server.rest else { return [] }
    let why =
      rest.cause == .quiet ? "it asked for quiet" : "it failed, and others are used where there are any"
    return [finding(.reach, .warning, "the running agent leaves it alone until \(rest.until): \(why)")]
  }

  /// Where another server can be used, one that cannot is no problem yet.
  private var failed: Finding.Verdict { facts.hasUsableServer ? .warning : .problem }

  private func reach() -> Finding {
    switch server.result.outcome {
    case .answered(let answer):
      let time = DurationText.text(measured: answer.roundTrip / .seconds(1))
      let copies = answer.wasRetransmitted ? ", after more than one copy" : ""
      let words = "answers OPTIONS with \(answer.code) \(answer.reason) in \(time)\(copies)"
      return finding(.reach, answer.wasRetransmitted ? .warning : .ok, words)
    case .silent(let limit): return silence(DurationText.text(limit))
    case .unreachable(let failure):
      let check: Finding.Check = failure.kind == .certificate ? .tls : .reach
      return finding(check, failed, failure.reason, remedy: Self.remedy(failure.kind))
    case .cutOff: return finding(.reach, .problem, "no answer came within the time limit")
    }
  }

  private func silence(_ limit: String) -> Finding {
    let isReliable = server.target.server.transport.isReliable
    if facts.answeredFetch(server) {
      return finding(.reach, .ok, "answers REGISTER, and leaves OPTIONS unanswered")
    }
    let words =
      isReliable
      ? "takes the connection, and does not answer within \(limit)" : "does not answer within \(limit)"
    let remedy = "Check that the address and the port are right, and that no firewall drops what is sent."
    return finding(.reach, failed, words, remedy: remedy)
  }

  private static func remedy(_ kind: FlowFailure.Kind) -> String? {
    switch kind {
    case .refused: "Check the port and the transport, and that the server runs."
    case .unreachable: "Check the network: routes, and whether this machine has the address family."
    case .timedOut: "Check the address and the port, and that no firewall drops what is sent."
    case .localAddress: "Check the address that is bound."
    case .tls: "Check that the port is one for TLS, and the account's tls."
    // The reason itself says what to do.
    case .certificate: nil
    case .webSocket: "Check that the port speaks SIP over WebSocket."
    case .closed, .reset: "Check the transport of this port; a proxy on the way may have ended it."
    case .framing, .stalled, .overflow, .keepAlive, .other: nil
    }
  }

  /// The certificate of a connection that was believed; one that was not is told with the failure.
  private func certificate() -> [Finding] {
    guard let shown = server.result.certificate, server.result.openedAfter != nil else { return [] }
    let words = shown.identity.words(server.target.server.transport == .wss ? .web : .sip)
    let end = Timestamp(milliseconds: shown.validUntil * 1000)
    let version = shown.protocolVersion ?? "TLS"
    let text = "\(version), the certificate is for \(words), until \(end)"
    let left = shown.validUntil - server.at.milliseconds / 1000
    guard left < Self.certificateWarning * 86_400 else { return [finding(.tls, .ok, text)] }
    let remedy =
      "The certificate ends in \(DurationText.text(seconds: Int(max(0, left)))): its operator must renew it."
    return [finding(.tls, .warning, text, remedy: remedy)]
  }

  private func address() -> [Finding] {
    guard case .answered(let answer) = server.result.outcome, let local = server.result.local,
      let seen = answer.seenAs
    else { return [] }
    guard seen != local else {
      return [finding(.address, .ok, "our address is \(local), and no NAT is on the way")]
    }
    let words = "our address is \(local), and the server sees \(seen): a NAT is on the way"
    guard server.target.server.transport == .udp, facts.hop.isLeftToNAT else {
      return [finding(.address, .ok, words)]
    }
    let remedy = "Set keepAlive: 30s, so that calls still find their way after a while, or declare a contact."
    return [finding(.address, .warning, words, remedy: remedy)]
  }

  private func finding(
    _ check: Finding.Check,
    _ verdict: Finding.Verdict,
    _ message: String,
    remedy: String? = nil
  ) -> Finding {
    Finding(check, verdict, message, remedy: remedy, server: name)
  }
}
