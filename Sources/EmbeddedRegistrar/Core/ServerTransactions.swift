import SIP

/// The answers that were given, kept for the copies of their requests (RFC 3261, 17.2.2).
///
/// Holds the newest answers up to its capacity, each for timer J at most.
struct ServerTransactions: Sendable {
  /// What matches a copy with its original: branch, sent-by and method (17.2.3), as 128 bits of a keyed hash.
  struct Key: Hashable, Sendable {
    var first: Int
    var second: Int
  }

  private struct Entry {
    var key: Key
    /// Empty while the answer waits, or is never to come.
    var answer: [UInt8]
    var endsAt: Instant
  }

  /// 64 × T1, the time in which copies of a datagram may come.
  private static let timerJ: Duration = .seconds(32)

  private let capacity: Int
  private var positions: [Key: Int] = [:]
  private var ring: [Entry] = []
  private var next = 0

  init(capacity: Int) { self.capacity = max(1, capacity) }

  /// The answer to a request that is a copy; empty if it has none yet, nil if the request is new.
  func answer(to key: Key, at now: Instant) -> [UInt8]? {
    guard let position = positions[key], ring[position].endsAt > now else { return nil }
    return ring[position].answer
  }

  /// Remembers a request and its answer.
  mutating func store(_ key: Key, answer: [UInt8], at now: Instant) {
    if let position = positions[key] {
      ring[position].answer = answer
      ring[position].endsAt = now + ServerTransactions.timerJ
      return
    }
    let entry = Entry(key: key, answer: answer, endsAt: now + ServerTransactions.timerJ)
    if ring.count < capacity {
      positions[key] = ring.count
      ring.append(entry)
      return
    }
    positions[ring[next].key] = nil
    positions[key] = next
    ring[next] = entry
    next = next + 1 == capacity ? 0 : next + 1
  }

  mutating func removeAll() {
    positions.removeAll(keepingCapacity: true)
    ring.removeAll(keepingCapacity: true)
    next = 0
  }
}

extension ServerTransactions.Key {
  /// Nil for a request whose top Via cannot be read. One without a unique branch is matched by what RFC 2543
  /// had instead.
  init?(_ request: MessageView) {
    guard let via = request.topVia, let method = request.method else { return nil }
    var one = Hasher()
    var two = Hasher()
    two.combine(0x5eed)
    let add = { (bytes: UnsafeRawBufferPointer?) in
      one.combine(bytes: bytes ?? method.slice(0..<0))
      one.combine(UInt8(0xff))
      two.combine(bytes: bytes ?? method.slice(0..<0))
      two.combine(UInt8(0xff))
    }
    add(via.sentByHost)
    one.combine(via.sentByPort)
    two.combine(via.sentByPort)
    add(method)
    if via.hasUniqueBranch {
      add(via.branch)
    } else {
      add(request.requestURI)
      add(request.fromTag)
      add(request.toTag)
      add(request.callID)
      add(request.value(.cseq))
      add(via.bytes)
    }
    first = one.finalize()
    second = two.finalize()
  }
}
