import DequeModule
import Reconcile
import SIP

/// The way to one next hop: its servers, its pace, and the registrations that want a turn.
struct Lane {
  /// What makes two accounts share a lane.
  typealias Key = NextHop

  enum Resolution {
    case unknown
    case underway
    case known
  }

  let key: Key
  var resolution = Resolution.unknown
  /// When the name servers are to be asked again, beside the traffic.
  var isDueAt: Instant?
  /// None of the servers answered: what the name servers said before counts for nothing.
  var asksAnew = false
  /// What was said about its records, so as to say it once.
  var warnings: [LocatingWarning] = []
  /// What was said about its challenges.
  var challengeWarnings: Set<EngineWarning> = []
  /// Which of its servers is asked.
  var failover = Failover()
  /// The flows to the targets of `failover`, by their numbers.
  var flows: [Int] = []
  var ready = Deque<Int>()
  var pacer: Pacer
  /// Marked to be pumped at the end of the present input.
  var isMarked = false

  init(_ key: Key, pacer: Pacer) {
    self.key = key
    self.pacer = pacer
  }

  var destination: Destination { key.destination }
}
