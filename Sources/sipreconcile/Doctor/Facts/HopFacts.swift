import Agent
import EngineNIO
import Reconcile
import SIP

/// What was seen of one next hop: where it is, which of its servers answer, and what they say to accounts.
struct HopFacts: Sendable {
  /// One server, with what came of going there.
  struct Server: Sendable {
    var target: Target
    var result: ProbeResult
    /// Our wall clock when the answer came.
    var at: Timestamp
    /// What the running agent has against it; nil where that is nothing, or no agent runs.
    var rest: RestingServerStatus?

    init(_ target: Target, _ result: ProbeResult, at time: Timestamp) {
      self.target = target
      self.result = result
      self.at = time
    }
  }

  var hop: ExaminedHop
  var location: HopLocation
  /// In the order in which an attempt would try them.
  var servers: [Server] = []
  var fetches: [FetchFacts] = []

  init(_ hop: ExaminedHop, _ location: HopLocation) {
    self.hop = hop
    self.location = location
  }
}

extension HopFacts {
  /// Whether this server can be used, as far as was seen: one that leaves OPTIONS unanswered may answer REGISTER.
  func isUsable(_ server: Server) -> Bool {
    switch server.result.outcome {
    case .answered: true
    case .silent: answeredFetch(server)
    case .unreachable, .cutOff: false
    }
  }

  /// Whether this server gave a final answer to a question for bindings.
  func answeredFetch(_ server: Server) -> Bool {
    fetches.contains { $0.exchange.code != nil && $0.exchange.server == server.target.server.endpoint }
  }

  var hasUsableServer: Bool { servers.contains(where: isUsable) }
}
