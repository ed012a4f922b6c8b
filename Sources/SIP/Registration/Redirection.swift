/// Where redirects have led one registration: what an attempt has seen, and where its binding is
/// (RFC 3261, 8.1.3.4).
///
/// Each target is asked once in an attempt, the best `q` first, and five at most. The target that accepted is
/// kept for refreshes (10.2.4), until an attempt there fails or the time that the redirect named is over.
///
/// Nearly no registration is redirected: the value is one word, so that those cost nothing.
package struct Redirection: Equatable, Sendable {
  /// What a 3xx comes to.
  package enum Next: Equatable, Sendable {
    case follow(RedirectTarget)
    /// Everything that may be followed was asked in this attempt already.
    case loop
    /// It names nothing that may be followed.
    case nothing
  }

  private struct Storage: Equatable, Sendable {
    var current: RedirectTarget?
    var pending: [RedirectTarget] = []
    var visited: [RedirectTarget] = []
    var until: Instant?
  }

  /// How many targets one attempt goes to.
  package static let limit = 5

  private var storage: [Storage]

  package init() { storage = [Storage()] }

  /// Where requests go now.
  package var current: RedirectTarget? { storage[0].current }

  /// Takes the targets of one 3xx that may be followed, and chooses the next one.
  package mutating func take(_ targets: [RedirectTarget], at now: Instant) -> Next {
    guard !targets.isEmpty else { return next(at: now).map(Next.follow) ?? .nothing }
    let new = targets.filter { target in
      !isKnown(target, storage[0].visited) && !isKnown(target, storage[0].pending)
    }
    // Stable: of two with one preference the first counts.
    let ordered = new.enumerated().sorted { ($1.element.q, $0.offset) < ($0.element.q, $1.offset) }
    storage[0].pending = ordered.prefix(Redirection.limit).map(\.element) + storage[0].pending
    return next(at: now).map(Next.follow) ?? .loop
  }

  /// The target to go to after the last one has failed, or nil: the attempt is over.
  package mutating func next(at now: Instant) -> RedirectTarget? {
    guard storage[0].visited.count < Redirection.limit, !storage[0].pending.isEmpty else { return nil }
    let target = storage[0].pending.removeFirst()
    storage[0].visited.append(target)
    storage[0].current = target
    storage[0].until = target.expires.map { now + .seconds(Int64($0)) }
    return target
  }

  /// The target accepted: the next attempt begins there.
  package mutating func settle() {
    storage[0].pending = []
    storage[0].visited = storage[0].current.map { [$0] } ?? []
  }

  /// True once the time that the redirect named is over.
  package func isOver(at now: Instant) -> Bool { storage[0].until.map { $0 <= now } ?? false }

  private func isKnown(_ target: RedirectTarget, _ known: [RedirectTarget]) -> Bool {
    known.contains { $0.uri.isEquivalent(to: target.uri) && $0.isProxy == target.isProxy }
  }
}
