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
  /// Not ready before their time, for a server asked for less traffic.
  private(set) var deferred: [Deferral] = []
  /// When the first of them is ready again.
  private(set) var firstDeferral: Instant?
  var pacer: Pacer
  /// Marked to be pumped at the end of the present input.
  var isMarked = false

  init(_ key: Key, pacer: Pacer) {
    self.key = key
    self.pacer = pacer
  }

  var destination: Destination { key.destination }

  /// One registration that a server's load keeps from its turn.
  struct Deferral {
    let slot: Int
    let until: Instant
  }

  /// The first that is ready comes back at its time.
  mutating func deferFirst(until end: Instant) {
    deferred.append(Deferral(slot: ready.removeFirst(), until: end))
    firstDeferral = min(firstDeferral ?? end, end)
  }

  /// Those whose time has come are ready again, in their order; nil is all of them.
  mutating func resume(at now: Instant? = nil) {
    guard let firstDeferral, now.map({ firstDeferral <= $0 }) ?? true else { return }
    let isDue = { (deferral: Deferral) in now.map { deferral.until <= $0 } ?? true }
    ready.append(contentsOf: deferred.lazy.filter(isDue).map(\.slot))
    deferred.removeAll(where: isDue)
    self.firstDeferral = deferred.lazy.map(\.until).min()
  }

  /// Takes a registration out of those that want a turn. False if it was none of them.
  @discardableResult
  mutating func withdraw(_ slot: Int) -> Bool {
    let before = ready.count + deferred.count
    ready.removeAll { $0 == slot }
    deferred.removeAll { $0.slot == slot }
    return ready.count + deferred.count < before
  }
}
