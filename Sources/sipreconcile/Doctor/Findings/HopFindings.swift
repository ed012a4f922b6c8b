import EngineNIO
import Reconcile
import SIP
import SIPTransport

/// What is said about one next hop.
struct HopFindings {
  /// A clock that is off by more makes nonces and certificates fail.
  static let clockTolerance: Int64 = 30

  private let facts: HopFacts

  init(_ facts: HopFacts) { self.facts = facts }

  func make() -> [Finding] {
    dns() + facts.servers.flatMap { ServerFindings(facts, $0).make() } + clock()
      + facts.fetches.map { FetchFindings($0).make() }
  }

  private func dns() -> [Finding] {
    switch facts.location.outcome {
    case .located(let location):
      let warnings = location.warnings.map { Finding(.dns, .warning, "\($0)") }
      let count = Columns.count(facts.location.order.count, "server", "servers")
      guard !facts.location.lookups.isEmpty else { return warnings }
      return [Finding(.dns, .ok, "the name servers' answers lead to \(count)")] + warnings
    case .failed(let failure):
      return [Finding(.dns, .problem, "\(failure)", remedy: Self.remedy(failure))]
    case .cutOff: return [Finding(.dns, .problem, "the look-up did not end within the time limit")]
    }
  }

  private static func remedy(_ failure: LocatingFailure) -> String {
    switch failure {
    case .refused:
      "Check the records of that name; for a server of your own, write engine: { localAddresses: allow }."
    case .noSuchName: "Check the registrar's name, and the name server (--dns-server)."
    case .noAddress: "Check the registrar's name: it exists, and has no address."
    case .noAnswer: "Check the name servers (/etc/resolv.conf, --dns-server), and the way to them."
    case .notOffered: "Declare another transport, or ask the domain's operator."
    case .noCommonTransport: "Declare a transport that the domain offers and that is spoken here."
    }
  }

  /// One line for all servers: the clock that differs most.
  private func clock() -> [Finding] {
    let probed = facts.servers.compactMap { server -> (name: String, seconds: Int64)? in
      guard case .answered(let answer) = server.result.outcome, let date = answer.date else { return nil }
      return ("\(server.target.server)", server.at.milliseconds / 1000 - date)
    }
    let asked = facts.fetches.compactMap { fetch -> (name: String, seconds: Int64)? in
      guard let date = fetch.exchange.date, let time = fetch.at else { return nil }
      return (fetch.exchange.server.map { "\($0)" } ?? facts.hop.name, time.milliseconds / 1000 - date)
    }
    guard let worst = (probed + asked).max(by: { abs($0.seconds) < abs($1.seconds) }) else { return [] }
    guard abs(worst.seconds) > Self.clockTolerance else {
      return [Finding(.clock, .ok, "our clock and the server's agree")]
    }
    let amount = DurationText.text(seconds: Int(abs(worst.seconds)))
    let words = "our clock is \(amount) \(worst.seconds > 0 ? "ahead of" : "behind") the server's"
    let remedy = "Check the time on both sides (NTP): nonces and certificates depend on it."
    return [Finding(.clock, .warning, words, remedy: remedy, server: worst.name)]
  }
}
